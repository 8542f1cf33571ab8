/**
 * Pretrained networks with all that belongs to them: where they come from, how images are prepared for them, what they answered
 * where they were made.
 *
 * <p>{@link terzi.backbones.Backbones#open} takes the name of a card, a file, or {@code hf:owner/name}, and gives a
 * {@link terzi.backbones.Backbone} ready for fine-tuning. There is no engine here: who has one checks the golden answer, see
 * {@link terzi.backbones.GoldenCheck}.
 */
@NullMarked
package terzi.backbones;

import org.jspecify.annotations.NullMarked;
