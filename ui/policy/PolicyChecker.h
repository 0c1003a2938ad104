#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "ui/policy/LineDiff.h"
#include "ui/policy/PolicyOutline.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace countersign {

/// What is known of a text that is to become a policy.
struct CheckedPolicy
{
    std::shared_ptr<const PolicyDocument> policy;  ///< nullptr: it is none; the rest says why
    QString fault;                                 ///< a sentence that names the member
    qsizetype faultBegin = -1;                     ///< where it stands, in UTF-16 units; -1: nowhere
    qsizetype faultEnd = -1;
    PolicyOutline outline;
    std::vector<DiffLine> changes;  ///< against the one in force
};

/// Pure, and takes its time.
CheckedPolicy checkPolicyText(const QString& text, const QString& inForce);

/// Checks a policy while it is typed: a moment after the last key, on a background thread, and only what was
/// asked last is answered.
class PolicyChecker : public QObject
{
    Q_OBJECT

public:
    explicit PolicyChecker(QObject* parent = nullptr);

    void check(const QString& text, const QString& inForce);
    /// What was asked last was answered.
    bool isSettled() const { return !m_soon.isActive() && !m_isRunning; }

Q_SIGNALS:
    void checked(const std::shared_ptr<const countersign::CheckedPolicy>& result);

private:
    void run();

    QTimer m_soon;
    QString m_text;
    QString m_inForce;
    bool m_isRunning = false;
    bool m_isWantedAgain = false;
};

}  // namespace countersign
