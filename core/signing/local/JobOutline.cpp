#include "core/signing/local/JobOutline.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/meaning/KnownLists.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace countersign {

namespace {

using meaning::Effect;

constexpr std::size_t evmTextLength = 42;
constexpr std::string_view evmNamespace = "eip155";
constexpr std::string_view solanaTokenMark = "/token:";

/// The mint of "solana:…/token:<mint>".
std::optional<SolanaAddress> mintOfAsset(const std::optional<std::string>& asset)
{
    const std::size_t mark = asset ? asset->find(solanaTokenMark) : std::string::npos;
    if (mark == std::string::npos) {
        return std::nullopt;
    }
    const auto mint = parseSolanaAddress(std::string_view(*asset).substr(mark + solanaTokenMark.size()));
    return mint ? std::optional(*mint) : std::nullopt;
}

/// Why this class exists: an address occurs in several effects, and each counts once.
class OutlineMaker
{
public:
    explicit OutlineMaker(JobOutline& outline) : m_outline(outline) {}

    JobParty* party(const std::string& address)
    {
        const std::string same = addressKeyOf(address);
        if (same == m_outline.wallet) {
            return nullptr;
        }
        const auto found = std::ranges::find(m_outline.parties, same, &JobParty::key);
        if (found != m_outline.parties.end()) {
            return &*found;
        }
        if (m_outline.parties.size() == maxJobParties) {
            m_outline.understood = false;
            return nullptr;
        }
        m_outline.parties.push_back({.address = address,
                                     .key = same,
                                     .isPaid = false,
                                     .isEmpowered = false,
                                     .isCalled = false,
                                     .mints = {}});
        return &m_outline.parties.back();
    }

    void mention(std::string address)
    {
        if (m_mentioned.size() < maxMentionedAddresses) {
            m_mentioned.insert(std::move(address));
        }
    }

    void add(const Effect& effect)
    {
        if (effect.direction == Effect::Direction::Fee) {
            addFee(effect);
        } else if (effect.account && effect.direction != Effect::Direction::In) {
            addParty(effect);
        } else if (effect.account) {
            mention(addressKeyOf(*effect.account));
        }
    }

    void finish()
    {
        for (const JobParty& known : m_outline.parties) {
            m_mentioned.erase(known.key);
        }
        m_mentioned.erase(m_outline.wallet);
        m_outline.mentioned.assign(m_mentioned.begin(), m_mentioned.end());
        std::sort(m_outline.payments.begin(), m_outline.payments.end(),
                  [](const JobPayment& a, const JobPayment& b) {
                      return std::tie(a.account, a.asset, a.amount) < std::tie(b.account, b.asset, b.amount);
                  });
    }

private:
    void addFee(const Effect& effect)
    {
        if (effect.amount) {
            m_outline.fee = addChecked(m_outline.fee.value_or(0), *effect.amount);
        }
    }

    void addParty(const Effect& effect)
    {
        const bool isPayment = effect.direction == Effect::Direction::Out;
        // An allowance of nothing takes power away.
        if (!isPayment && effect.amount && effect.amount->is_zero()) {
            return mention(addressKeyOf(*effect.account));
        }
        if (JobParty* known = party(*effect.account)) {
            known->isPaid = known->isPaid || isPayment;
            known->isEmpowered = known->isEmpowered || !isPayment;
            if (const auto mint = mintOfAsset(effect.asset)) {
                known->mints.push_back(*mint);
            }
            if (isPayment && effect.asset) {
                m_outline.payments.push_back({addressKeyOf(*effect.account), *effect.asset, effect.amount});
            }
        }
    }

    JobOutline& m_outline;
    std::set<std::string> m_mentioned;
};

/// "0x" and exactly 40 digits, anywhere in a text.
void mentionEvmAddresses(std::string_view text, OutlineMaker& maker)
{
    for (std::size_t at = text.find("0x"); at != std::string_view::npos; at = text.find("0x", at + 2)) {
        const std::string_view word = text.substr(at, evmTextLength);
        const bool goesOn = at + evmTextLength < text.size() && ascii::isHexDigit(text[at + evmTextLength]);
        if (isEvmAddressText(word) && !goesOn) {
            maker.mention(addressKeyOf(word));
        }
    }
}

/// Words of calldata that have the form of an address: of a call that nobody reads, this is what is left.
void mentionWords(BytesView calldata, OutlineMaker& maker)
{
    constexpr std::size_t selectorBytes = 4;
    constexpr std::size_t wordBytes = 32;
    constexpr std::size_t padding = wordBytes - std::tuple_size_v<EvmAddress>;
    for (std::size_t at = selectorBytes; at + wordBytes <= calldata.size(); at += wordBytes) {
        const BytesView word = calldata.subspan(at, wordBytes);
        // Small numbers have the form too.
        const auto isZero = [](std::uint8_t byte) { return byte == 0; };
        if (std::ranges::all_of(word.first(padding), isZero) &&
            !std::ranges::all_of(word.subspan(padding, padding), isZero)) {
            maker.mention(toHexPrefixed(word.subspan(padding)));
        }
    }
}

struct ContentOutline
{
    const Job& job;
    JobOutline& outline;
    OutlineMaker& maker;

    void operator()(const MessageContent&) const {}
    void operator()(const TypedDataContent& typed) const
    {
        if (typed.hash.domainChainId) {
            outline.chain = meaning::caip2OfEvm(*typed.hash.domainChainId);
        }
    }
    void operator()(const EvmTransactionRequest& request) const
    {
        outline.chain = meaning::caip2OfEvm(request.chainId);
        outline.nonce = request.nonce;
        outline.isNonceFromNode =
            std::ranges::find(job.resolved, "nonce", &ResolvedField::name) != job.resolved.end();
        if (request.to) {
            if (JobParty* called = maker.party(toText(*request.to))) {
                called->isCalled = true;
            }
        }
        mentionWords(request.data, maker);
    }
    void operator()(const SolanaTransaction& transaction) const
    {
        outline.chain = meaning::solanaMainnet;
        for (const SolanaAddress& key : transaction.message.accountKeys) {
            maker.mention(toText(key));
        }
    }
};

}  // namespace

bool isEvmAddressText(std::string_view address)
{
    return address.size() == evmTextLength && address.starts_with("0x") &&
           std::ranges::all_of(address.substr(2), ascii::isHexDigit);
}

std::string addressKeyOf(std::string_view address)
{
    std::string text(address);
    if (isEvmAddressText(address)) {
        std::ranges::transform(text, text.begin(), ascii::lower);
    }
    return text;
}

JobOutline outlineOf(const VerifiedJob& job, const meaning::Explanation& explanation)
{
    const meaning::Meaning& meaning = explanation.meaning;
    JobOutline outline;
    outline.chain = isEvm(job.job().kind) ? evmNamespace : "solana";
    outline.wallet = addressKeyOf(job.job().address);
    outline.understood = meaning.understood;
    OutlineMaker maker(outline);
    for (const Effect& effect : meaning.effects) {
        maker.add(effect);
    }
    std::visit(ContentOutline{job.job(), outline, maker}, job.content());
    for (const meaning::Finding& finding : meaning.findings) {
        for (const std::string& address : finding.addresses) {
            maker.mention(addressKeyOf(address));
        }
    }
    if (isEvm(job.job().kind)) {
        for (const meaning::Field& field : meaning.fields) {
            mentionEvmAddresses(field.value, maker);
        }
    }
    maker.finish();
    return outline;
}

}  // namespace countersign
