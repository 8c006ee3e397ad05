// Returns the contrast between each chosen element's text and the ground it stands on, the lowest first.
(selectors) => {
  const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const selector of selectors) {
    for (const element of document.querySelectorAll(selector)) {
      if (!element.checkVisibility()) continue;
      const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
      found.push([Math.round(((pair[0] + 0.05) / (pair[1] + 0.05)) * 100) / 100, selector]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
};
