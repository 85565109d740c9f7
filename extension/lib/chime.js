// The sounds of an alert, made of a few tones: nothing to load, nothing to be missing.

/** Name to tones: [frequency in Hz, start in s, length in s]. */
const SOUNDS = /** @type {Record<string, [number, number, number][]>} */ ({
  chime: [[880, 0, 0.35], [1318.5, 0.12, 0.5]],
  knock: [[220, 0, 0.08], [220, 0.16, 0.08]],
  bell: [[1046.5, 0, 0.9]],
});

const BEGINS_MS = 1_000;

/** @type {AudioContext | undefined} */
let speaker;

/**
 * Plays a sound once, in a context that has audio. An unknown name plays the chime.
 *
 * @param {string} name
 * @param {number} volume 0 to 100
 * @returns {Promise<void>} when it has begun; rejects where the machine or the browser gives no sound
 */
export async function playChime(name, volume) {
  speaker ??= new AudioContext();
  await inTime(speaker.resume());
  for (const [frequency, start, length] of SOUNDS[name] ?? SOUNDS.chime) {
    const tone = new OscillatorNode(speaker, { frequency });
    const gain = new GainNode(speaker, { gain: 0 });
    const from = speaker.currentTime + start;
    gain.gain.setValueAtTime(Math.min(1, volume / 100) * 0.4, from);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + length);
    tone.connect(gain).connect(speaker.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}

/** Without a device to play on, or a permission to, the promise may stay open for ever. @param {Promise<void>} begun */
function inTime(begun) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("there is nothing to play sound on")), BEGINS_MS));
  return Promise.race([begun, late]);
}
