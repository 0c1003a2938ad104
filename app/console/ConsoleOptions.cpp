#include "app/console/ConsoleOptions.h"

#include <QCommandLineParser>
#include <QRegularExpression>

#include <cstdio>
#include <cstdlib>

namespace countersign {

namespace {

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
        refuse(QCoreApplication::translate("ConsoleOptions",
                                           "--size takes WIDTHxHEIGHT, for instance 1280x800."));
    }
    return {match.captured(1).toInt(), match.captured(2).toInt()};
}

}  // namespace

ConsoleOptions parseConsoleOptions(const QCoreApplication& application)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ConsoleOptions", text); };
    QCommandLineParser parser;
    parser.setApplicationDescription(tr("The console for delegated wallets."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption profile(QStringLiteral("profile"), tr("The profile's folder."),
                                     QStringLiteral("DIR"));
    const QCommandLineOption passphrase(QStringLiteral("passphrase-file"),
                                        tr("Unlock with the passphrase in this file (- for standard input)."),
                                        QStringLiteral("FILE"));
    const QCommandLineOption screenshots(QStringLiteral("screenshots"),
                                         tr("Draw every page into PNG files in this folder and end."),
                                         QStringLiteral("DIR"));
    const QCommandLineOption theme(QStringLiteral("theme"), tr("light, dark or system."),
                                   QStringLiteral("NAME"));
    const QCommandLineOption size(QStringLiteral("size"), tr("The window's size in pixels."),
                                  QStringLiteral("WIDTHxHEIGHT"));
    const QCommandLineOption measure(QStringLiteral("measure-start"),
                                     tr("Say \"painted\" after the first paint and end; for measuring."));
    parser.addOptions({profile, passphrase, screenshots, theme, size, measure});
    parser.process(application);
    if (!parser.positionalArguments().isEmpty()) {
        refuse(tr("Unexpected argument: %1").arg(parser.positionalArguments().constFirst()));
    }
    ConsoleOptions options;
    if (parser.isSet(profile)) {
        options.profile = ProfilePaths(std::filesystem::path(parser.value(profile).toStdString()));
    }
    options.passphraseFile = parser.value(passphrase);
    options.screenshots = parser.value(screenshots);
    options.theme = parser.value(theme);
    const QStringList themes = {QString(), QStringLiteral("light"), QStringLiteral("dark"),
                                QStringLiteral("system")};
    if (!themes.contains(options.theme)) {
        refuse(tr("--theme takes light, dark or system."));
    }
    if (parser.isSet(size)) {
        options.size = sizeFrom(parser.value(size));
    }
    options.measureStart = parser.isSet(measure);
    return options;
}

}  // namespace countersign
