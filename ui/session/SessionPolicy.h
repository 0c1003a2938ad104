#pragma once

#include "ui/session/control/PolicyControl.h"

namespace countersign {

/// PolicyControl where the profile keeps no policy yet: the built-in one counts, and a document can be
/// written and checked.
class SessionPolicy : public PolicyControl
{
    Q_OBJECT

public:
    using PolicyControl::PolicyControl;

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    QString trialObstacle() const override;
    QString changeObstacle() const override;
    void inForce(QObject* context, Callback<std::optional<PolicyInForce>> done) override;
    void tryHistory(QObject* context, Bytes policy, Callback<PolicyTrial> done) override;
    void putInForce(QObject* context, Bytes policy, const std::string& replaces,
                    const Reauthentication::Grant& grant, Callback<void> done) override;

private:
    bool m_ready = false;
};

}  // namespace countersign
