/**
 * Images: decode safely, orient, resize and prepare them for a network.
 *
 * <p>The path of an image is {@link terzi.images.ImageDecoder} → {@link terzi.images.Image} →
 * {@link terzi.images.Preprocessing}.
 */
@NullMarked
package terzi.images;

import org.jspecify.annotations.NullMarked;
