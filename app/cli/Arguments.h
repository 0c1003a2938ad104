#pragma once

#include <QCommandLineParser>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace countersign {

struct OptionSpec
{
    QLatin1StringView name;  ///< without the dashes
    QString valueName;       ///< empty: the option takes no value
    QString description;
    bool repeatable = false;
    bool required = false;
};

struct PositionalSpec
{
    QString name;
    bool required = true;
    bool repeatable = false;  ///< the last one only: any number of words
};

/// Why this class exists: what one command was given, read strictly: unknown options, a value that is
/// missing, an option given twice and a word too many are mistakes that the operator wants to hear of, not
/// guesses of ours.
class Arguments
{
public:
    /// words: the command line behind the command. The sentence of a failure names the option.
    static std::optional<QString> parse(const QStringList& words, const std::vector<OptionSpec>& options,
                                        const std::vector<PositionalSpec>& positionals, Arguments& result);

    bool has(QLatin1StringView option) const;
    /// Empty when the option was not given.
    QString value(QLatin1StringView option) const;
    QStringList values(QLatin1StringView option) const;
    const QStringList& positionals() const { return m_positionals; }

private:
    struct Given
    {
        QLatin1StringView name;
        QStringList values;
    };
    std::vector<Given> m_given;
    QStringList m_positionals;
};

}  // namespace countersign
