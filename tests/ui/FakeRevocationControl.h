#pragma once

#include "ui/session/control/RevocationControl.h"

namespace countersign::testing {

/// Takes note of what is asked and answers when the test says so; a load is answered from revocations.
class FakeRevocationControl : public RevocationControl
{
    Q_OBJECT

public:
    bool isReady() const override { return ready; }
    void plan(QObject*, const WalletSelection& selection, const std::optional<std::string>& onlyShareSet,
              Callback<RevocationPreviewPtr> done) override
    {
        shareSets.push_back(onlyShareSet);
        selections.push_back(selection);
        planned = std::move(done);
    }
    void begin(QObject*, RevocationPreviewPtr preview, const Order& order, const Reauthentication::Grant&,
               Callback<RevocationBegun> done) override
    {
        previews.push_back(std::move(preview));
        orders.push_back(order);
        begun = std::move(done);
    }
    void release(QObject*, const QString&, const QString& walletId, Callback<void> done) override
    {
        releasedWallets << walletId;
        done({});
    }
    void load(QObject* context, const QString& revocationId, Callback<RevocationPtr> done) override
    {
        ++loads;
        const auto found = revocations.find(revocationId);
        const Result<RevocationPtr> answer =
            found == revocations.end()
                ? Result<RevocationPtr>(failure(ErrorCode::Corrupt, QStringLiteral("Changed outside.")))
                : Result<RevocationPtr>(std::make_shared<const Revocation>(found->second));
        QMetaObject::invokeMethod(
            context, [answer, done = std::move(done)] { done(answer); }, Qt::QueuedConnection);
    }
    void list(QObject* context, Which which, Callback<Summaries> done) override
    {
        Summaries summaries;
        for (const auto& [id, revocation] : revocations) {
            if (which == Which::All || revocation.endedAt == 0) {
                summaries.push_back(RevocationSummary::of(revocation));
            }
        }
        QMetaObject::invokeMethod(
            context, [summaries, done = std::move(done)] { done(summaries); }, Qt::QueuedConnection);
    }
    void resume() override { ++resumes; }
    void proof(QObject* context, const QString& revocationId, Callback<Proof> done) override
    {
        const std::string id = std::to_string(++proofs) + " of " + revocationId.toStdString();
        const auto answer = [id, done = std::move(done)] { done(Proof{"proof " + id, "page " + id}); };
        if (holdsProofs) {
            heldProofs.emplace_back(answer);
            return;
        }
        QMetaObject::invokeMethod(context, answer, Qt::QueuedConnection);
    }

    void setReady(bool now)
    {
        ready = now;
        Q_EMIT readyChanged();
    }
    void put(const Revocation& revocation)
    {
        revocations[QString::fromStdString(revocation.id)] = revocation;
        Q_EMIT changed(QString::fromStdString(revocation.id));
    }

    bool ready = true;
    std::vector<WalletSelection> selections;
    std::vector<std::optional<std::string>> shareSets;  ///< as many as selections
    QStringList releasedWallets;
    std::vector<Order> orders;
    std::vector<RevocationPreviewPtr> previews;  ///< as many as orders
    std::map<QString, Revocation> revocations;
    int loads = 0;
    int proofs = 0;            ///< asked for
    bool holdsProofs = false;  ///< they are answered when the test says so
    std::vector<std::function<void()>> heldProofs;
    int resumes = 0;
    Callback<RevocationPreviewPtr> planned;
    Callback<RevocationBegun> begun;
};

/// Knows one passphrase, or a keychain that answers or does not.
class FakeReauthentication : public Reauthentication
{
    Q_OBJECT

public:
    bool asksForPassphrase() const override { return asks; }
    void verify(QObject* context, SecretBytes passphrase, Callback<Grant> done) override
    {
        ++attempts;
        const bool isRight =
            asks ? passphrase.equals(asBytes(std::string_view("open sesame"))) : isKeychainOpen;
        const Result<Grant> answer =
            isRight
                ? Result<Grant>(grantAt(at))
                : Result<Grant>(failure(asks ? ErrorCode::WrongPassphrase : ErrorCode::KeychainUnavailable,
                                        QStringLiteral("That was not it.")));
        QMetaObject::invokeMethod(
            context, [answer, done = std::move(done)] { done(answer); }, Qt::QueuedConnection);
    }

    bool asks = true;
    bool isKeychainOpen = true;
    UnixMillis at = 0;
    int attempts = 0;
};

}  // namespace countersign::testing
