"""Proves the fourteen promises of the domain on real engines, one small file per promise.

| promise | file |
|---|---|
| 1. Ash-cloud replay: no U1 waits 15 minutes, the published time is honest | `test_01_replay.py` |
| 2. Calm-but-deadly comes before loud-but-harmless, for every hard case | `test_02_pairs.py` |
| 3. An expired fact stops its template, by screen and API, and is named | `test_03_expiry.py` |
| 4. A correction run lists exactly who was told the retracted version | `test_04_correction.py` |
| 5. `safety-incident` refuses all but six templates; no receipt leaves | `test_05_reticence.py` |
| 6. Booking code and surname are blocked in public and allowed in private | `test_06_privacy.py` |
| 7. No booking confirmation without a YES after the last change | `test_07_read_back.py` |
| 8. A threat has no owner and no reply button, and its evidence is kept with a hash | `test_08_threat.py` |
| 9. An overdue update alerts at T-15, T-0 and every 5 minutes until `nochange` | `test_09_update.py` |
| 10. Activation pauses a planned post; stand-down doesn't resume it | `test_10_post.py` |
| 11. The refund template says the consequence before the choice | `test_11_refund.py` |
| 12. An unknown restart time says that nobody knows, never an empty brace | `test_12_unknown.py` |
| 13. Slack's limits and outages: alerts queue and the desk shows them | `test_13_slack.py` |
| 14. Instructions in a message change neither level nor state | `test_14_instructions.py` |

`test_no_path_sends.py` tries every road by which words can leave (`paths.py` is the one table of them) with
findings, without the yes that is needed, in a rehearsal and while sending is paused.
"""
