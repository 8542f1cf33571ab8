/** Recipes of trainings and fine-tunings: their options, and how they are read from YAML. */
@NullMarked
package terzi.training.recipe;

import org.jspecify.annotations.NullMarked;
