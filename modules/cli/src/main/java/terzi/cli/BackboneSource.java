package terzi.cli;

import java.io.IOException;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;

/** Opens a backbone for a command and says on stderr what that takes; one that is new here must give its card's answer first. */
final class BackboneSource {
    private BackboneSource() {}

    static Backbone open(Console console, String name, boolean offline) throws IOException {
        BackboneAccess.Network network = offline ? BackboneAccess.Network.OFFLINE : BackboneAccess.Network.ALLOWED;
        return new BackboneAccess(
                        console,
                        network,
                        Optional.empty(),
                        BackboneOptions.defaults().hub())
                .open(name);
    }
}
