#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/prepare/SplLookup.h"

#include <QObject>

#include <map>

namespace countersign {

/// The look-ups of SPL tokens (SplLookup) that are under way at the configured Solana node. Each is answered
/// exactly once, through the event loop.
class SplLookups : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SplLookups)

public:
    explicit SplLookups(const SigningServices& parts, QObject* parent = nullptr);
    ~SplLookups() override;

    /// InvalidInput when there is no node.
    void ask(const SplQuestion& question, Callback<SplFacts> done);
    /// Nobody is asked any more; whoever waits gets Cancelled.
    void stop();

private:
    struct Lookup
    {
        PendingCallPtr call;
        Callback<SplFacts> done;
    };
    void answerLater(Callback<SplFacts> done, Error error);

    const SigningServices& m_parts;
    std::map<std::uint64_t, Lookup> m_lookups;  ///< by number; a desk makes fewer than 2^64
    std::uint64_t m_last = 0;
};

}  // namespace countersign
