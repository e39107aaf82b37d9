/* A rectangle is {left, top, right, bottom}, right and bottom outside of it; null is none at all. */

/** The smallest rectangle around both. */
export function union(one, other) {
  if (!one || !other) return one ?? other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** Widened to whole pixels, cut to the picture; null when nothing is left. */
export function clip({ left, top, right, bottom }, { width, height }) {
  const rect = {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  };
  return rect.left < rect.right && rect.top < rect.bottom ? rect : null;
}

/** Larger by so much on every side. */
export function widen({ left, top, right, bottom }, by) {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

export const whole = ({ width, height }) => ({ left: 0, top: 0, right: width, bottom: height });
export const rectangleArea = ({ left, top, right, bottom }) => (right - left) * (bottom - top);
