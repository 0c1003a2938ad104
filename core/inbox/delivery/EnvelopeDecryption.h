#pragma once

#include "core/crypto/envelopes/EnvelopeOpener.h"
#include "core/delegation/DelegationMaterial.h"
#include "core/inbox/delivery/WebhookEvent.h"

#include <QThreadPool>

#include <future>

namespace countersign {

/// Locked, or material that says for itself whether the envelopes opened.
using MaterialResult = Result<DelegationMaterial>;

/// Parallel decryption of delegation envelopes. Opening a delegation is two RSA private operations, by far
/// the most expensive part of taking one in. Every core works on them, both envelopes of a delegation being
/// tasks of their own, while the writer commits what is ready. The private keys are in memory as long as this
/// object lives.
class EnvelopeDecryption
{
public:
    /// All three must outlive it.
    EnvelopeDecryption(const Vault& vault, EnvelopeOpener keys, QThreadPool& workers);
    /// Drops what has not begun and waits for the rest.
    ~EnvelopeDecryption();
    EnvelopeDecryption(const EnvelopeDecryption&) = delete;
    EnvelopeDecryption& operator=(const EnvelopeDecryption&) = delete;

    /// event (a "created" that was read) must stay where it is until the future is ready.
    std::future<MaterialResult> start(const WebhookEvent& event);

private:
    struct Task;
    void openHalf(Task& task, bool share) const;

    const Vault& m_vault;
    EnvelopeOpener m_keys;
    QThreadPool& m_workers;
};

}  // namespace countersign
