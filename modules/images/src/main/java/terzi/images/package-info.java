/**
 * Images: decode safely, orient, resize and prepare them for a network.
 *
 * <p>The path of an image is {@link terzi.images.PictureReader} → {@link terzi.images.Picture} →
 * {@link terzi.images.Preprocessing}.
 */
@NullMarked
package terzi.images;

import org.jspecify.annotations.NullMarked;
