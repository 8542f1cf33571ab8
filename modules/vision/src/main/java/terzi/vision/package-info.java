/**
 * Pictures and data: decode safely, orient, resize, and open data sets as uint8 pixels with labels in a fixed order.
 *
 * <p>The path of a picture is {@link terzi.vision.PictureReader} → {@link terzi.vision.Picture} →
 * {@link terzi.vision.Preprocessing}; the path of a data set is {@link terzi.vision.Datasets} →
 * {@link terzi.vision.DatasetSplits} → {@link terzi.vision.PackedPictures}.
 */
@NullMarked
package terzi.vision;

import org.jspecify.annotations.NullMarked;
