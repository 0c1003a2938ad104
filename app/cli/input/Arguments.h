#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace countersign::cli {

/// What a word of the command line may hold.
enum class WordKind {
    Text,  ///< well-formed UTF-8; anything else is a mistake
    Raw,   ///< bytes: the name of a file, or an input that its command judges itself
};

struct OptionSpec
{
    QLatin1StringView name;  ///< without the dashes
    QString valueName;       ///< empty: the option takes no value
    QString description;
    bool repeatable = false;
    bool required = false;
    WordKind kind = WordKind::Text;
};

struct PositionalSpec
{
    QString name;
    bool required = true;
    bool repeatable = false;  ///< the last one only: any number of words
    WordKind kind = WordKind::Text;
};

/// The parsed arguments of one command: its options and positional words, read strictly. Unknown options, a
/// value that is missing, an option given twice, a word too many and text that is no UTF-8 are mistakes that
/// the operator wants to hear of, not guesses of ours. Words are bytes; names of files and inputs keep them.
class Arguments
{
public:
    /// words: the command line behind the command. The sentence of a failure names the option. Where --help
    /// or -h stands as an option (not as another option's value, not behind "--"), only asksForHelp() is set
    /// and nothing is a mistake.
    static std::optional<QString> parse(const std::vector<std::string>& words,
                                        const std::vector<OptionSpec>& options,
                                        const std::vector<PositionalSpec>& positionals, Arguments& result);

    bool asksForHelp() const { return m_asksForHelp; }
    bool has(QLatin1StringView option) const;
    /// Empty when the option was not given. Of an option that holds text.
    QString value(QLatin1StringView option) const;
    QStringList values(QLatin1StringView option) const;
    /// The same as they were given, of any option.
    std::string bytes(QLatin1StringView option) const;
    std::vector<std::string> allBytes(QLatin1StringView option) const;

    const std::vector<std::string>& positionalBytes() const { return m_positionals; }
    /// For positions that hold text; what is none in another is shown with U+FFFD.
    const QStringList& positionals() const { return m_positionalTexts; }

private:
    struct Given
    {
        QLatin1StringView name;
        std::vector<std::string> values;
    };
    const Given* find(QLatin1StringView option) const;
    std::optional<QString> add(const OptionSpec& option, const QStringList& parserValues);
    std::optional<QString> addPositionals(const QStringList& parserValues,
                                          const std::vector<PositionalSpec>& positionals);

    std::vector<Given> m_given;
    std::vector<std::string> m_positionals;
    QStringList m_positionalTexts;
    bool m_asksForHelp = false;
};

}  // namespace countersign::cli
