// Trains the encoder on the demo data and prints the falling loss.
import { fileURLToPath } from 'node:url';
import { trainOnUnifrac } from './train.js';

const folder = fileURLToPath(new URL('../ecam/data', import.meta.url));
const losses = await trainOnUnifrac({ folder, sampleCount: 64, epochs: 10 });
for (const [epoch, loss] of losses.entries()) console.log(`epoch ${epoch + 1}  loss ${loss.toFixed(4)}`);
