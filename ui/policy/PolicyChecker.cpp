#include "ui/policy/PolicyChecker.h"

#include "core/vault/database/BackgroundWork.h"

#include <QPointer>
#include <QRegularExpression>

namespace countersign {

namespace {

constexpr int checkPolicySoonMs = 250;

/// Of faults in the JSON itself: "byte 17", counted from 1 in UTF-8.
std::optional<qsizetype> positionOf(const QString& detail, const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("^byte (\\d{1,9})$"));
    const auto match = pattern.match(detail);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const qsizetype bytes = match.captured(1).toInt();
    return std::min(text.size(),
                    QString::fromUtf8(text.toUtf8().left(std::max<qsizetype>(0, bytes - 1))).size());
}

void locate(CheckedPolicy& checked, const QString& detail, const QString& text)
{
    if (const auto at = positionOf(detail, text)) {
        checked.faultBegin = *at;
        checked.faultEnd = std::min(*at + 1, text.size());
    } else if (const auto place = checked.outline.placeOf(detail); place && !detail.isEmpty()) {
        checked.faultBegin = place->begin;
        checked.faultEnd = place->end;
    } else if (checked.outline.brokenAt()) {
        checked.faultBegin = *checked.outline.brokenAt();
        checked.faultEnd = checked.faultBegin;
    }
}

}  // namespace

CheckedPolicy checkPolicyText(const QString& text, const QString& inForce)
{
    CheckedPolicy checked;
    const std::string bytes = text.toStdString();
    auto policy = parsePolicy(asBytes(bytes));
    // Longer than any policy: nothing of it is looked at.
    if (bytes.size() <= policyMaxBytes) {
        checked.outline = PolicyOutline::of(text);
        checked.changes = lineDiff(inForce, text);
    }
    if (policy) {
        checked.policy = std::make_shared<const PolicyDocument>(*std::move(policy));
    } else {
        checked.fault = policy.error().sentence;
        locate(checked, policy.error().detail, text);
    }
    return checked;
}

PolicyChecker::PolicyChecker(QObject* parent) : QObject(parent)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(checkPolicySoonMs);
    connect(&m_soon, &QTimer::timeout, this, &PolicyChecker::run);
}

void PolicyChecker::check(const QString& text, const QString& inForce)
{
    m_text = text;
    m_inForce = inForce;
    m_soon.start();
}

void PolicyChecker::run()
{
    m_isWantedAgain = m_isRunning;
    if (m_isRunning) {
        return;
    }
    m_isRunning = true;
    const auto result = std::make_shared<CheckedPolicy>();
    runInBackground(
        [text = m_text, inForce = m_inForce, result] { *result = checkPolicyText(text, inForce); },
        [guard = QPointer(this), result] {
            if (!guard) {
                return;
            }
            guard->m_isRunning = false;
            if (std::exchange(guard->m_isWantedAgain, false)) {
                guard->run();
            } else if (!guard->m_soon.isActive()) {
                Q_EMIT guard->checked(result);
            }
        });
}

}  // namespace countersign
