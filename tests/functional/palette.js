// Reduces a picture to 256 colours, each the most frequent of its neighbours; returns size, palette and pixels.
async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const dots = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const dot of dots) counts.set(dot, (counts.get(dot) ?? 0) + 1);
  const frequent = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const apart = (a, b) => Math.hypot((a & 255) - (b & 255), ((a >> 8) & 255) - ((b >> 8) & 255), ((a >> 16) & 255) - ((b >> 16) & 255));
  let palette = [];
  for (let near = 6; ; near += 2) {
    palette = [];
    for (const dot of frequent) if (palette.every((each) => apart(each, dot) > near)) palette.push(dot);
    if (palette.length <= 256) break;
  }
  const nearest = new Map();
  for (const dot of frequent) {
    let best = 0;
    palette.forEach((each, index) => apart(each, dot) < apart(palette[best], dot) && (best = index));
    nearest.set(dot, best);
  }
  return { width: image.width, height: image.height, palette: palette.flatMap((dot) => [dot & 255, (dot >> 8) & 255, (dot >> 16) & 255]), pixels: Array.from(dots, (dot) => String.fromCharCode(nearest.get(dot))).join("") };
};
