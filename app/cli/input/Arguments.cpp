#include "app/cli/input/Arguments.h"

#include "core/base/text/CommandWords.h"
#include "core/base/text/Utf8.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

struct ArgumentsText
{
    Q_DECLARE_TR_FUNCTIONS(ArgumentsText)
};

}  // namespace

std::optional<QString> Arguments::parse(const std::vector<std::string>& words,
                                        const std::vector<OptionSpec>& options,
                                        const std::vector<PositionalSpec>& positionals, Arguments& result)
{
    QCommandLineParser parser;
    const QCommandLineOption help(QStringList{QStringLiteral("h"), QStringLiteral("help")});
    parser.addOption(help);
    for (const OptionSpec& option : options) {
        parser.addOption({option.name, option.description, option.valueName});
    }
    // The parser takes the first word for the program's name.
    const bool parsed = parser.parse(QStringList{QString()} + parserWords(words));
    result.m_asksForHelp = parser.isSet(help);
    if (result.m_asksForHelp) {
        return std::nullopt;
    }
    if (!parsed) {
        return wordShown(parser.errorText());
    }
    for (const OptionSpec& option : options) {
        const auto times = parser.optionNames().count(option.name);
        if (times > 1 && !option.repeatable) {
            return ArgumentsText::tr("The option --%1 may be given only once.").arg(option.name);
        }
        if (times == 0 && option.required) {
            return ArgumentsText::tr("The option --%1 is missing.").arg(option.name);
        }
        if (times > 0) {
            const QStringList values =
                option.valueName.isEmpty() ? QStringList() : parser.values(option.name);
            if (auto mistake = result.add(option, values)) {
                return mistake;
            }
        }
    }
    return result.addPositionals(parser.positionalArguments(), positionals);
}

std::optional<QString> Arguments::add(const OptionSpec& option, const QStringList& parserValues)
{
    Given given{option.name, {}};
    for (const QString& value : parserValues) {
        given.values.push_back(wordBytes(value));
        if (option.kind == WordKind::Text && !isWellFormedUtf8(given.values.back())) {
            return ArgumentsText::tr("The value of --%1 is not text in UTF-8.").arg(option.name);
        }
    }
    m_given.push_back(std::move(given));
    return std::nullopt;
}

std::optional<QString> Arguments::addPositionals(const QStringList& parserValues,
                                                 const std::vector<PositionalSpec>& positionals)
{
    for (const QString& value : parserValues) {
        m_positionals.push_back(wordBytes(value));
        m_positionalTexts << shownUtf8(m_positionals.back());
    }
    const bool isEndless = !positionals.empty() && positionals.back().repeatable;
    if (!isEndless && m_positionals.size() > positionals.size()) {
        return ArgumentsText::tr("There is one word too many: “%1”.")
            .arg(m_positionalTexts.at(static_cast<qsizetype>(positionals.size())));
    }
    for (std::size_t i = 0; i < m_positionals.size(); ++i) {
        const PositionalSpec& spec = positionals[std::min(i, positionals.size() - 1)];
        if (spec.kind == WordKind::Text && !isWellFormedUtf8(m_positionals[i])) {
            return ArgumentsText::tr("%1 is not text in UTF-8.").arg(spec.name);
        }
    }
    for (std::size_t i = m_positionals.size(); i < positionals.size(); ++i) {
        if (positionals[i].required) {
            return ArgumentsText::tr("%1 is missing.").arg(positionals[i].name);
        }
    }
    return std::nullopt;
}

const Arguments::Given* Arguments::find(QLatin1StringView option) const
{
    const auto given = std::find_if(m_given.begin(), m_given.end(),
                                    [&](const Given& candidate) { return candidate.name == option; });
    return given == m_given.end() ? nullptr : &*given;
}

bool Arguments::has(QLatin1StringView option) const
{
    return find(option) != nullptr;
}

QString Arguments::value(QLatin1StringView option) const
{
    return values(option).value(0);
}

QStringList Arguments::values(QLatin1StringView option) const
{
    QStringList texts;
    for (const std::string& value : allBytes(option)) {
        texts << shownUtf8(value);
    }
    return texts;
}

std::string Arguments::bytes(QLatin1StringView option) const
{
    const Given* given = find(option);
    return given == nullptr || given->values.empty() ? std::string() : given->values.front();
}

std::vector<std::string> Arguments::allBytes(QLatin1StringView option) const
{
    const Given* given = find(option);
    return given == nullptr ? std::vector<std::string>() : given->values;
}

}  // namespace countersign::cli
