#pragma once

#include "core/base/PendingCall.h"
#include "core/mpc/SigningEngine.h"
#include "core/mpc/sdk/HelperFrame.h"
#include "core/mpc/sdk/SdkEngineOptions.h"

#include <QDeadlineTimer>
#include <QString>
#include <QTimer>

#include <memory>

namespace countersign {

class MpcHelperProcess;

/// The SigningEngine over Dynamic's own library, in a process of its own (mpc-helper). The share never leaves
/// this machine when that library takes the console's part. Two processes one after the other: the first
/// derives the share's public key, without any network, and only when its address is the wallet's does the
/// second one enter the room (protocol reference §8.1). The time-out is for both together.
class SdkEngine final : public SigningEngine
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SdkEngine)

public:
    explicit SdkEngine(SdkEngineOptions options);
    ~SdkEngine() override;

    EngineKind kind() const override { return EngineKind::Sdk; }
    /// Errors: InvalidInput (request, or a share that the library does not know), Corrupt (the share of
    /// another wallet), NotFound (Node, helper or library), Unsupported, Network, Timeout, Cancelled, Busy
    /// (one ceremony at a time: that call is ignored and the running one goes on), Internal (a crash).
    void sign(CeremonyRequest request) override;
    void cancel() override;

    /// Of the helper that runs at the moment, 0 without one.
    qint64 processId() const;

private:
    void derive();
    void compare(const Result<HelperAnswer>& answer);
    void enterRoom();
    void judge(const Result<HelperAnswer>& answer);
    void runHelper(HelperOperation operation, void (SdkEngine::*next)(const Result<HelperAnswer>&));
    void conclude(const Result<Bytes>& signature);
    void letGo();

    SdkEngineOptions m_options;
    CeremonyRequest m_request;
    QDeadlineTimer m_deadline;
    QTimer m_start;
    QTimer m_cancelled;
    std::unique_ptr<MpcHelperProcess> m_helper;
    bool m_isRunning = false;
};

/// Whether the sdk engine can run here, for "doctor" and the settings: starts the helper, which loads the
/// library, without any share. Answers for instance "Node.js 20.20.2, @dynamic-labs-wallet/node 0.0.198".
PendingCallPtr checkSdkEngine(const SdkEngineOptions& options, Callback<QString> answered);

}  // namespace countersign
