#include "app/cli/Arguments.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ArgumentsText
{
    Q_DECLARE_TR_FUNCTIONS(Arguments)
};

}  // namespace

std::optional<QString> Arguments::parse(const QStringList& words, const std::vector<OptionSpec>& options,
                                        const std::vector<PositionalSpec>& positionals, Arguments& result)
{
    QCommandLineParser parser;
    for (const OptionSpec& option : options) {
        parser.addOption({option.name, option.description, option.valueName});
    }
    // The parser takes the first word for the program's name.
    if (!parser.parse(QStringList{QString()} + words)) {
        return parser.errorText();
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
            result.m_given.push_back(
                {option.name, option.valueName.isEmpty() ? QStringList() : parser.values(option.name)});
        }
    }
    result.m_positionals = parser.positionalArguments();
    const bool isEndless = !positionals.empty() && positionals.back().repeatable;
    if (!isEndless && result.m_positionals.size() > static_cast<qsizetype>(positionals.size())) {
        return ArgumentsText::tr("There is one word too many: “%1”.")
            .arg(result.m_positionals.at(qsizetype(positionals.size())));
    }
    for (std::size_t i = static_cast<std::size_t>(result.m_positionals.size()); i < positionals.size(); ++i) {
        if (positionals[i].required) {
            return ArgumentsText::tr("%1 is missing.").arg(positionals[i].name);
        }
    }
    return std::nullopt;
}

bool Arguments::has(QLatin1StringView option) const
{
    return std::any_of(m_given.begin(), m_given.end(),
                       [&](const Given& given) { return given.name == option; });
}

QString Arguments::value(QLatin1StringView option) const
{
    return values(option).value(0);
}

QStringList Arguments::values(QLatin1StringView option) const
{
    const auto given = std::find_if(m_given.begin(), m_given.end(),
                                    [&](const Given& candidate) { return candidate.name == option; });
    return given == m_given.end() ? QStringList() : given->values;
}

}  // namespace countersign
