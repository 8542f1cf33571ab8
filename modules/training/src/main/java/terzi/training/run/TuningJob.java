package terzi.training.run;

import java.util.Map;
import java.util.Objects;
import terzi.onnx.Model;
import terzi.training.recipe.TrainingOptions;

/**
 * The training of a network that knows something already, or of the last part of one. Batch normalisation keeps its
 * statistics and dropout is off. Nothing is written: the best network is kept in memory. Public for {@code
 * terzi.training.finetune}; applications fine-tune with {@code FineTuner}.
 *
 * @param network its first output is logits {@code [N, K]}
 * @param train what it learns from
 * @param order which of that in which epoch
 * @param validation what decides which epoch is the best
 * @param rates share of the learning rate by initializer name; 1 where nothing is said, 0 = stays as it is
 * @param options everything else
 * @param lastEpoch the epoch after which the run ends, 1 to the options' number of epochs, which the learning rate follows
 * @param cancellation lets another thread end the run
 */
public record TuningJob(
        Model network,
        Examples train,
        Examples.Order order,
        Examples validation,
        Map<String, Double> rates,
        TrainingOptions options,
        int lastEpoch,
        Cancellation cancellation) {
    /**
     * Creates a job that runs for all epochs of its options.
     *
     * @param network its first output is logits {@code [N, K]}
     * @param train what it learns from
     * @param order which of that in which epoch
     * @param validation what decides which epoch is the best
     * @param rates share of the learning rate by initializer name
     * @param options everything else
     * @param cancellation lets another thread end the run
     */
    public TuningJob(
            Model network,
            Examples train,
            Examples.Order order,
            Examples validation,
            Map<String, Double> rates,
            TrainingOptions options,
            Cancellation cancellation) {
        this(
                network,
                train,
                order,
                validation,
                rates,
                options,
                options.optimisation().epochs(),
                cancellation);
    }

    /**
     * Creates a job from a copy of the rates.
     *
     * @param network its first output is logits {@code [N, K]}
     * @param train what it learns from
     * @param order which of that in which epoch
     * @param validation what decides which epoch is the best
     * @param rates share of the learning rate by initializer name
     * @param options everything else
     * @param lastEpoch the epoch after which the run ends
     * @param cancellation lets another thread end the run
     * @throws IllegalArgumentException if training and validation have different labels, or the last epoch is out of range
     */
    public TuningJob {
        Objects.requireNonNull(network, "network");
        rates = Map.copyOf(rates);
        if (lastEpoch < 1 || lastEpoch > options.optimisation().epochs()) {
            throw new IllegalArgumentException(
                    "lastEpoch: expected 1 to " + options.optimisation().epochs() + ", found " + lastEpoch);
        }
        if (!train.labels().equals(validation.labels())) {
            throw new IllegalArgumentException("training and validation must have the same labels, found "
                    + train.labels() + " and " + validation.labels());
        }
    }
}
