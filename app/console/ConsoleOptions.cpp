#include "app/console/ConsoleOptions.h"

#include "core/base/text/CommandWords.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

#include <cstdio>
#include <cstdlib>

namespace countersign {

namespace {

struct ConsoleOptionsText
{
    Q_DECLARE_TR_FUNCTIONS(ConsoleOptionsText)
};

[[noreturn]] void refuse(const QString& sentence)
{
    std::fputs(qPrintable(sentence + u'\n'), stderr);
    std::exit(2);
}

QSize sizeFrom(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("^(\\d{3,4})x(\\d{3,4})$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch()) {
        refuse(ConsoleOptionsText::tr("--size takes WIDTHxHEIGHT, for instance 1280x800."));
    }
    return {match.captured(1).toInt(), match.captured(2).toInt()};
}

/// What is no name of a file that we open ourselves.
QString textOf(const QCommandLineParser& parser, const QCommandLineOption& option)
{
    const auto value = wordText(parser.value(option));
    if (!value) {
        refuse(ConsoleOptionsText::tr("The value of --%1 is not text in UTF-8.")
                   .arg(option.names().constFirst()));
    }
    return *value;
}

}  // namespace

ConsoleOptions parseConsoleOptions(const std::vector<std::string>& words)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(ConsoleOptionsText::tr("The console for delegated wallets."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption profile(QStringLiteral("profile"),
                                     ConsoleOptionsText::tr("The profile's folder."), QStringLiteral("DIR"));
    const QCommandLineOption passphrase(
        QStringLiteral("passphrase-file"),
        ConsoleOptionsText::tr("Unlock with the passphrase in this file (- for standard input)."),
        QStringLiteral("FILE"));
    const QCommandLineOption screenshots(
        QStringLiteral("screenshots"),
        ConsoleOptionsText::tr("Draw every page into PNG files in this folder and end."),
        QStringLiteral("DIR"));
    const QCommandLineOption theme(QStringLiteral("theme"), ConsoleOptionsText::tr("light, dark or system."),
                                   QStringLiteral("NAME"));
    const QCommandLineOption size(QStringLiteral("size"),
                                  ConsoleOptionsText::tr("The window's size in pixels."),
                                  QStringLiteral("WIDTHxHEIGHT"));
    const QCommandLineOption measure(
        QStringLiteral("measure-start"),
        ConsoleOptionsText::tr("Say \"painted\" after the first paint and end; for measuring."));
    parser.addOptions({profile, passphrase, screenshots, theme, size, measure});
    const bool parsed = parser.parse(QStringList{QStringLiteral("countersign")} + parserWords(words));
    if (parser.isSet(QStringLiteral("help"))) {
        parser.showHelp();
    }
    if (parser.isSet(QStringLiteral("version"))) {
        parser.showVersion();
    }
    if (!parsed) {
        refuse(wordShown(parser.errorText()));
    }
    if (!parser.positionalArguments().isEmpty()) {
        refuse(ConsoleOptionsText::tr("Unexpected argument: %1")
                   .arg(wordShown(parser.positionalArguments().constFirst())));
    }
    ConsoleOptions options;
    if (parser.isSet(profile)) {
        options.profile = ProfilePaths(std::filesystem::path(wordBytes(parser.value(profile))));
    }
    options.passphraseFile = wordBytes(parser.value(passphrase));
    options.screenshots = textOf(parser, screenshots);
    options.theme = textOf(parser, theme);
    const QStringList themes = {QString(), QStringLiteral("light"), QStringLiteral("dark"),
                                QStringLiteral("system")};
    if (!themes.contains(options.theme)) {
        refuse(ConsoleOptionsText::tr("--theme takes light, dark or system."));
    }
    if (parser.isSet(size)) {
        options.size = sizeFrom(textOf(parser, size));
    }
    options.measureStart = parser.isSet(measure);
    return options;
}

}  // namespace countersign
