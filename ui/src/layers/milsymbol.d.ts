// The modular entry of milsymbol has no types of its own; these are the parts of it that we use.
declare module "milsymbol/modules" {
  export interface IconSet {
    readonly type: string;
    icons(
      entities: Record<string, readonly unknown[]>,
      sector1: Record<string, readonly unknown[]>,
      sector2: Record<string, readonly unknown[]>,
      bounds: unknown,
      symbolSet: string,
    ): void;
  }
  export const ms: {
    addIcons(icons: IconSet): void;
    Symbol: new (
      sidc: string,
      options: Readonly<Record<string, unknown>>,
    ) => {
      asCanvas(factor: number): HTMLCanvasElement;
      asSVG(): string;
      getAnchor(): { readonly x: number; readonly y: number };
    };
  };
  export const numberair: IconSet;
  export const numberairmissile: IconSet;
  export const numbersea: IconSet;
  export const numbersubsurface: IconSet;
}
