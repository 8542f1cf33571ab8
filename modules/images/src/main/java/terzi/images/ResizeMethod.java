package terzi.images;

/**
 * How an image changes its size. {@link #TRIANGLE} is what the classifier file does inside; the others are imgscalr's,
 * for galleries, thumbnails and comparisons.
 */
public enum ResizeMethod {
    /** Antialiased triangle filter: equals PIL's BILINEAR on uint8. */
    TRIANGLE,
    /** imgscalr's nearest-neighbour quality: fastest, aliases. */
    SCALR_SPEED,
    /** imgscalr's bilinear in one step: fast, close to {@link #TRIANGLE}. */
    SCALR_BALANCED,
    /** imgscalr's bicubic in steps. */
    SCALR_QUALITY,
    /** imgscalr's bicubic in many steps: slow. */
    SCALR_ULTRA_QUALITY
}
