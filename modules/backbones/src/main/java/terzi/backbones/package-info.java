/**
 * Pretrained networks with their preprocessing, labels, provenance and reference logits.
 *
 * <p>{@link terzi.backbones.Backbones#open} takes the name of a card, {@code hf:owner/name} or a file, and returns a
 * {@link terzi.backbones.Backbone} ready for fine-tuning; {@link terzi.backbones.BackboneOptions} sets the cache,
 * network access and preprocessing. Files are downloaded, verified and converted to ONNX once. This module has no
 * inference engine: a caller that has one passes a {@link terzi.backbones.GoldenCheck}, which compares the converted
 * network with the reference logits. Begin with {@code Backbones}.
 */
@NullMarked
package terzi.backbones;

import org.jspecify.annotations.NullMarked;
