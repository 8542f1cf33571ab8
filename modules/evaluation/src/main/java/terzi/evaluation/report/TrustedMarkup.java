package terzi.evaluation.report;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/**
 * Markup that is written as it is. Only figures and the style sheet are: everything else that a template writes is
 * escaped.
 */
record TrustedMarkup(String markup) implements Content {
    @Override
    public void writeTo(TemplateOutput output) {
        output.writeContent(markup);
    }
}
