/* A rectangle is {left, top, right, bottom}, right and bottom outside of it; null is none at all. */

/** Return the smallest rectangle around both. */
export function union(first, second) {
  if (!first || !second) return first ?? second;
  return {
    left: Math.min(first.left, second.left),
    top: Math.min(first.top, second.top),
    right: Math.max(first.right, second.right),
    bottom: Math.max(first.bottom, second.bottom),
  };
}

/** Widen to whole pixels and cut to the picture; null when nothing is left. */
export function clip({ left, top, right, bottom }, { width, height }) {
  const rect = {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  };
  return rect.left < rect.right && rect.top < rect.bottom ? rect : null;
}

/** Enlarge by a distance on every side. */
export function widen({ left, top, right, bottom }, distance) {
  return { left: left - distance, top: top - distance, right: right + distance, bottom: bottom + distance };
}

export const whole = ({ width, height }) => ({ left: 0, top: 0, right: width, bottom: height });
export const rectangleArea = ({ left, top, right, bottom }) => (right - left) * (bottom - top);
