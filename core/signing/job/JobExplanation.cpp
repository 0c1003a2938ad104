#include "core/signing/job/JobExplanation.h"

#include "core/meaning/ExplanationJson.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/solana/SolanaExplanation.h"

#include <algorithm>
#include <type_traits>

namespace countersign {

namespace {

template <typename Address>
std::optional<Address> addressOf(const Bytes& bytes)
{
    Address address{};
    if (bytes.size() != address.size()) {
        return std::nullopt;
    }
    std::ranges::copy(bytes, address.begin());
    return address;
}

bool isAboutFees(const meaning::Finding& finding)
{
    return finding.id.starts_with("fee.");
}

void leaveOutFees(meaning::Meaning& meaning)
{
    std::erase_if(meaning.effects, [](const meaning::Effect& effect) {
        return effect.direction == meaning::Effect::Direction::Fee;
    });
    std::erase_if(meaning.findings, isAboutFees);
}

struct Explainer
{
    const VerifiedJob& job;
    const meaning::Knowledge& knowledge;

    meaning::EvmContext evm() const
    {
        return {
            .chain = {}, .from = addressOf<EvmAddress>(job.addressBytes()), .domain = job.document().domain};
    }
    meaning::SolanaContext solana() const
    {
        meaning::SolanaContext context;
        context.wallet = addressOf<SolanaAddress>(job.addressBytes());
        context.domain = job.document().domain;
        return context;
    }

    Result<meaning::Explanation> operator()(const MessageContent& message) const
    {
        return job.job().kind == JobKind::EvmMessage
                   ? meaning::explainMessage(message.bytes, evm(), knowledge)
                   : meaning::explainMessage(message.bytes, solana(), knowledge);
    }
    Result<meaning::Explanation> operator()(const TypedDataContent& typed) const
    {
        return meaning::explainTypedData(typed.typedData, evm(), knowledge);
    }
    Result<meaning::Explanation> operator()(const EvmTransactionRequest& request) const
    {
        return meaning::explainTransaction(request.transactionSoFar(), evm(), knowledge);
    }
    Result<meaning::Explanation> operator()(const SolanaTransaction& transaction) const
    {
        return meaning::explainTransaction(transaction, solana(), knowledge);
    }
};

}  // namespace

Result<JobExplanation> explainJob(const VerifiedJob& job, const meaning::Knowledge& knowledge)
{
    ASSIGN_OR_RETURN(auto explanation, std::visit(Explainer{job, knowledge}, job.content()));
    JobExplanation done{std::move(explanation), {}, openFieldsOf(job.content())};
    if (done.open.empty()) {
        done.hash = meaning::explanationHash(meaning::toJson(done.explanation));
    } else {
        leaveOutFees(done.explanation.meaning);
        done.explanation.bytes.clear();
    }
    return done;
}

}  // namespace countersign
