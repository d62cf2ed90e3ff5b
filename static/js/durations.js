// Seconds as people read them: 0:07, 12:30, 1:02:03, and from a day on as `days` has it in the reader's language, 28 d 7 h
// (analytics/written.py says the same).
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
const two = (number) => String(number).padStart(2, "0");

export function written(seconds, days) {
  if (seconds >= DAY) {
    const parts = { days: Math.floor(seconds / DAY), hours: Math.floor((seconds % DAY) / HOUR) };
    return days.replace(/%\((\w+)\)s/g, (_found, name) => parts[name]);
  }
  const [hours, minutes, rest] = [Math.floor(seconds / HOUR), Math.floor(seconds / MINUTE) % 60, two(seconds % 60)];
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
