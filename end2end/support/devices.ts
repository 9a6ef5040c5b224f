// The screens that the journeys are walked on.
export interface Device {
  viewport: { width: number; height: number };
  hasTouch: boolean;
  isMobile: boolean;
}

export const desktop: Device = { viewport: { width: 1280, height: 800 }, hasTouch: false, isMobile: false };
export const phone: Device = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
