#include "ui/text/HealthText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HealthTextText
{
    Q_DECLARE_TR_FUNCTIONS(HealthTextText)
};

}  // namespace

StateText stateText(HealthSeverity severity)
{
    switch (severity) {
        case HealthSeverity::Critical:
            return {healthSeverityName(severity),
                    QStringLiteral("error"),
                    Tone::Bad,
                    HealthTextText::tr("Something cannot be signed, was lost, or may be somebody else's."),
                    {}};
        case HealthSeverity::Error:
            return {healthSeverityName(severity),
                    QStringLiteral("question"),
                    Tone::Warning,
                    HealthTextText::tr("It could not be checked."),
                    {}};
        case HealthSeverity::Warning:
            return {healthSeverityName(severity),
                    QStringLiteral("warning"),
                    Tone::Warning,
                    HealthTextText::tr("It goes wrong unless something is done."),
                    {}};
        default:
            return {healthSeverityName(severity),
                    QStringLiteral("info"),
                    Tone::Info,
                    HealthTextText::tr("Worth a look."),
                    {}};
    }
}

}  // namespace countersign
