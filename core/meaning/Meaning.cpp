#include "core/meaning/Meaning.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/SanitizedText.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/primitives/Sha256.h"

#include <QList>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <tuple>

namespace countersign::meaning {

namespace {

// What a review can show and a person can read; the rest is there as raw bytes.
constexpr std::size_t maxEffects = 200;
constexpr std::size_t maxFindings = 200;
constexpr std::size_t maxActs = 1'000;
constexpr std::size_t maxAddresses = 100;  // of one finding
constexpr std::size_t maxSources = 100;

// UTF-16 units.
constexpr qsizetype maxNameLength = 256;  // labels, paths, titles, addresses, assets
constexpr qsizetype maxTextLength = 2'000;
constexpr qsizetype maxValueLength = 8'192;

/// Whether there is something in a text that people would not see. Blanks and line breaks are no such thing.
bool hidesSomething(std::string_view utf8)
{
    const auto isPlain = [](char c) { return c >= ' ' && c <= '~'; };
    if (std::ranges::all_of(utf8, isPlain)) {
        return false;
    }
    const auto text = textFromUtf8(utf8);
    if (!text) {
        return true;
    }
    const auto isHidden = [](char32_t c) { return !QChar::isSpace(c) && !isSeen(c); };
    return std::ranges::any_of(text->toUcs4(), isHidden);
}

/// Why this class exists: whatever part of a meaning was neutralised or cut, the whole must say so.
class Neutraliser
{
public:
    void name(std::string& text) { neutralise(text, maxNameLength); }
    void name(std::optional<std::string>& text)
    {
        if (text) {
            name(*text);
        }
    }
    void text(std::string& text) { neutralise(text, maxTextLength); }
    void value(std::string& text) { neutralise(text, maxValueLength); }

    template <typename T>
    void cut(std::vector<T>& list, std::size_t maxSize)
    {
        if (list.size() > maxSize) {
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(maxSize), list.end());
            m_cut = true;
        }
    }

    bool hasHidden() const { return m_hidden; }
    bool hasCut() const { return m_cut; }

private:
    void neutralise(std::string& text, qsizetype maxLength)
    {
        m_hidden = m_hidden || hidesSomething(text);
        const QString whole = sanitizedText(text);
        m_cut = m_cut || whole.size() > maxLength;
        text = shortened(whole, maxLength).toStdString();
    }

    bool m_hidden = false;
    bool m_cut = false;
};

void neutralise(Meaning& meaning, Neutraliser& neutraliser)
{
    neutraliser.text(meaning.intent);
    for (Field& field : meaning.fields) {
        neutraliser.name(field.label);
        neutraliser.value(field.value);
        neutraliser.name(field.path);
    }
    for (Effect& effect : meaning.effects) {
        neutraliser.name(effect.asset);
        neutraliser.name(effect.display);
        neutraliser.name(effect.account);
        neutraliser.text(effect.text);
    }
    for (Finding& finding : meaning.findings) {
        neutraliser.name(finding.id);
        neutraliser.name(finding.title);
        neutraliser.text(finding.detail);
        neutraliser.cut(finding.addresses, maxAddresses);
        for (std::string& address : finding.addresses) {
            neutraliser.name(address);
        }
    }
    for (Source& source : meaning.sources) {
        neutraliser.name(source.name);
        neutraliser.name(source.sha256);
    }
}

constexpr std::string_view hiddenTextId = "message.text.hidden";

bool isHiddenText(const Finding& finding)
{
    return finding.id == hiddenTextId;
}

Finding hiddenText()
{
    return {std::string(hiddenTextId),
            Severity::Warning,
            "Hidden characters",
            "A text in what is signed has characters that cannot be seen, or is no text. They are left out "
            "here; the raw bytes show them.",
            {}};
}

Finding incomplete()
{
    return {"message.incomplete",
            Severity::Warning,
            "There is more than is shown",
            "What is signed holds more, or longer, parts than can be shown; it is not understood.",
            {}};
}

/// An error ranks before a warning: what could not be checked may be worse than one.
constexpr std::array bySeverity = {Severity::Critical, Severity::Error, Severity::Warning, Severity::Info};

/// Each once, the gravest first, otherwise in their order.
void sortFindings(std::vector<Finding>& findings)
{
    using Key = std::tuple<std::string, Severity, std::string, std::string, std::vector<std::string>>;
    std::set<Key> seen;
    std::erase_if(findings, [&seen](const Finding& f) {
        return !seen.emplace(f.id, f.severity, f.title, f.detail, f.addresses).second;
    });
    std::vector<Finding> sorted;
    sorted.reserve(findings.size());
    for (const Severity severity : bySeverity) {
        std::ranges::copy_if(findings, std::back_inserter(sorted),
                             [severity](const Finding& f) { return f.severity == severity; });
    }
    findings = std::move(sorted);
}

void sortSources(std::vector<Source>& sources)
{
    const auto key = [](const Source& s) { return std::tie(s.kind, s.name, s.sha256); };
    std::sort(sources.begin(), sources.end(),
              [&key](const Source& a, const Source& b) { return key(a) < key(b); });
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
}

/// Whatever it was that was not understood, rules are told so; where no act says which part, it may be
/// anything.
void noteNotUnderstood(std::vector<Act>& acts)
{
    const std::optional<IntentKind> unknown = IntentKind::Unknown;
    if (std::ranges::find(acts, unknown, &Act::kind) == acts.end()) {
        acts.push_back({.kind = unknown, .mayHoldMore = true});
    }
}

}  // namespace

std::string_view nameOf(Severity severity)
{
    switch (severity) {
        case Severity::Info:
            return "info";
        case Severity::Warning:
            return "warning";
        case Severity::Critical:
            return "critical";
        case Severity::Error:
            return "error";
    }
    return "error";
}

void Meaning::absorb(Meaning part, std::string_view prefix)
{
    understood = understood && part.understood;
    for (Field& field : part.fields) {
        if (field.path && !prefix.empty()) {
            field.path->insert(0, std::string(prefix) + '.');
        }
    }
    const auto append = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(fields, part.fields);
    append(effects, part.effects);
    append(findings, part.findings);
    append(sources, part.sources);
    append(acts, part.acts);
}

void Meaning::doNotUnderstand(Finding why)
{
    understood = false;
    intent.clear();
    findings.push_back(std::move(why));
}

Explanation finished(Meaning meaning, BytesView signedBytes)
{
    Neutraliser neutraliser;
    neutraliser.cut(meaning.fields, maxFields);
    neutraliser.cut(meaning.effects, maxEffects);
    neutraliser.cut(meaning.acts, maxActs);
    // Before texts are shortened, so that the gravest are kept; afterwards some can have become the same.
    sortFindings(meaning.findings);
    neutraliser.cut(meaning.findings, maxFindings);
    sortSources(meaning.sources);
    neutraliser.cut(meaning.sources, maxSources);
    neutralise(meaning, neutraliser);

    // Whoever read the text may have said so already, and better.
    if (neutraliser.hasHidden() && !std::ranges::any_of(meaning.findings, isHiddenText)) {
        meaning.findings.push_back(hiddenText());
    }
    sortFindings(meaning.findings);
    sortSources(meaning.sources);
    if (neutraliser.hasCut() || meaning.findings.size() > maxFindings) {
        meaning.findings.resize(std::min(meaning.findings.size(), maxFindings - 1));
        meaning.findings.push_back(incomplete());
        meaning.understood = false;
    }
    if (!meaning.understood) {
        meaning.intent.clear();
        noteNotUnderstood(meaning.acts);
    }
    return {std::move(meaning), toHex(sha256(signedBytes))};
}

}  // namespace countersign::meaning
