package terzi.runs;

import java.io.IOException;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;

/** Opens a backbone for a run; one that is new here must reproduce the golden logits of its card first. */
final class BackboneSource {
    private BackboneSource() {}

    static Backbone open(RunLog log, String name, boolean offline) throws IOException {
        Execution.Downloads network = offline ? Execution.Downloads.NEVER : Execution.Downloads.WHEN_MISSING;
        return new BackboneAccess(
                        log,
                        network,
                        Optional.empty(),
                        BackboneOptions.defaults().hub())
                .open(name);
    }
}
