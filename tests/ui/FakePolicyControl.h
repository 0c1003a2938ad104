#pragma once

#include "ui/session/control/PolicyControl.h"

namespace countersign::testing {

/// Has the policy in force that the test puts there; takes note of what is asked.
class FakePolicyControl : public PolicyControl
{
    Q_OBJECT

public:
    bool isReady() const override { return ready; }
    void inForce(QObject* context, Callback<std::optional<PolicyInForce>> done) override
    {
        QMetaObject::invokeMethod(
            context, [done = std::move(done), known = known] { done(known); }, Qt::QueuedConnection);
    }
    void tryHistory(QObject*, Bytes policy, Callback<PolicyTrial> done) override
    {
        tried.push_back(std::move(policy));
        trial = std::move(done);
    }
    void changeStanding(QObject* context, Bytes, const QStringList& statements,
                        Callback<PolicyChangeStanding> done) override
    {
        QMetaObject::invokeMethod(
            context, [done = std::move(done), told = standings(statements)] { done(told); },
            Qt::QueuedConnection);
    }
    void endorse(QObject*, Bytes, const std::string&, const QString& file, const Reauthentication::Grant&,
                 Callback<void> done) override
    {
        endorsed = file;
        answer = std::move(done);
    }
    void putInForce(QObject*, Bytes policy, const std::string& replaces, const QStringList& statements,
                    const Reauthentication::Grant&, Callback<void> done) override
    {
        put.push_back(std::move(policy));
        replaced = replaces;
        handedIn = statements;
        answer = std::move(done);
    }
    void setReady(bool now)
    {
        ready = now;
        Q_EMIT readyChanged();
    }
    void change(Result<std::optional<PolicyInForce>> now)
    {
        known = std::move(now);
        Q_EMIT changed();
    }

    bool ready = true;
    Result<std::optional<PolicyInForce>> known;
    std::vector<Bytes> tried;
    std::vector<Bytes> put;
    std::string replaced;
    QStringList handedIn;
    QString endorsed;
    std::function<Result<PolicyChangeStanding>(const QStringList&)> standings = [](const QStringList&) {
        return PolicyChangeStanding();
    };
    Callback<PolicyTrial> trial;
    Callback<void> answer;
};

}  // namespace countersign::testing
