package terzi.samples.spring;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/** A web service that classifies uploaded images. */
@SpringBootApplication(proxyBeanMethods = false)
public class ClassifyService {

    public static void main(String[] arguments) {
        SpringApplication.run(ClassifyService.class, arguments);
    }

    /**
     * One classifier for all requests: it is thread-safe, and Spring closes it at the end. Requests run side by side, so each
     * takes one thread; strangers' images may have 24 million pixels, not more.
     */
    @Bean
    ImageClassifier classifier(@Value("${terzi.classifier}") String file) throws IOException {
        return ImageClassifier.load(
                Path.of(file),
                ClassifierOptions.defaults().withThreads(1).withLimits(new ImageDecoder.Limits(24_000_000, 20 << 20)));
    }

    /** {@code /actuator/health}: up when the network answers. */
    @Bean
    HealthIndicator classifierHealthIndicator(ImageClassifier classifier) {
        Image black = new Image(32, 32, 1, new byte[32 * 32]);
        return () -> {
            Prediction prediction = classifier.classify(black);
            return Health.up()
                    .withDetail("device", classifier.device().toString())
                    .withDetail("labels", prediction.probabilities().length)
                    .build();
        };
    }
}
