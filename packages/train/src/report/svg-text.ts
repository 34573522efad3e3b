// Text and numbers as they stand in SVG; it draws no picture.

/** How a piece of text looks. */
export interface TextStyle {
  /** Height of the letters. */
  readonly size: number;
  /** What of the text stands at the place. Default: its start. */
  readonly anchor?: 'middle' | 'end';
  /** Default: normal. */
  readonly weight?: 'bold';
  /** Degrees, clockwise around the place. Default 0. */
  readonly rotate?: number;
  /** Colour. Default: that of the picture. */
  readonly fill?: string;
}

/** A piece of text at a place. */
export function text(x: number, y: number, content: string, { size, anchor, weight, rotate, fill }: TextStyle): string {
  const place = rotate === undefined ? `x="${x}" y="${y}"` : `transform="translate(${x} ${y}) rotate(${rotate})"`;
  const style = `${anchor ? ` text-anchor="${anchor}"` : ''}${weight ? ` font-weight="${weight}"` : ''}${fill ? ` fill="${fill}"` : ''}`;
  return `<text ${place} font-size="${size}"${style}>${escaped(content)}</text>`;
}

/** A coordinate with two digits after the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text as it may stand in SVG. */
export function escaped(content: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return content.replace(/[&<>"]/g, (character) => entities[character]!);
}
