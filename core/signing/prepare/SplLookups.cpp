#include "core/signing/prepare/SplLookups.h"

#include <utility>

namespace countersign {

SplLookups::SplLookups(const SigningServices& parts, QObject* parent) : QObject(parent), m_parts(parts) {}

SplLookups::~SplLookups() = default;

void SplLookups::ask(const SplQuestion& question, Callback<SplFacts> done)
{
    auto rpc = m_parts.solanaRpc();
    if (!rpc) {
        return answerLater(std::move(done), rpc.error());
    }
    const std::uint64_t number = ++m_last;
    Lookup& lookup = m_lookups[number];
    lookup.done = std::move(done);
    lookup.call = lookUpSpl(*std::move(rpc), question, [this, number](const Result<SplFacts>& facts) {
        const Lookup answered = std::move(m_lookups[number]);
        m_lookups.erase(number);
        answered.done(facts);
    });
}

void SplLookups::stop()
{
    for (auto& [number, lookup] : std::exchange(m_lookups, {})) {
        answerLater(std::move(lookup.done),
                    {ErrorCode::Cancelled, tr("Stopped before the node had answered."), {}});
    }
}

void SplLookups::answerLater(Callback<SplFacts> done, Error error)
{
    QMetaObject::invokeMethod(
        this, [done = std::move(done), error = std::move(error)] { done(failure(error)); },
        Qt::QueuedConnection);
}

}  // namespace countersign
