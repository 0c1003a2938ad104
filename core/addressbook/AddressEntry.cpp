#include "core/addressbook/AddressEntry.h"

#include "core/base/text/Ascii.h"
#include "core/base/text/PlainName.h"
#include "core/delegation/WalletAddress.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AddressEntryText
{
    Q_DECLARE_TR_FUNCTIONS(AddressEntryText)
};

constexpr std::string_view evmKind = "eip155";
constexpr std::string_view solanaKind = "solana";
constexpr std::size_t maxReference = 32;  // characters, CAIP-2
constexpr std::size_t lookedAt = 4;       // digits at each end

tl::unexpected<Error> refused(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

bool isBookChain(std::string_view chain)
{
    const std::string_view kind = chainKind(chain);
    if (kind != evmKind && kind != solanaKind) {
        return false;
    }
    if (kind.size() == chain.size()) {
        return true;
    }
    const std::string_view reference = chain.substr(kind.size() + 1);
    if (kind == evmKind) {
        return !reference.empty() && reference.size() <= maxReference && reference.front() != '0' &&
               std::ranges::all_of(reference, ascii::isDigit);
    }
    // The beginning of the genesis block's hash, Base58.
    return reference.size() == maxReference && std::ranges::all_of(reference, ascii::isAlphanumeric);
}

Status checkLabels(std::vector<std::string>& labels)
{
    std::ranges::sort(labels);
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    if (!std::ranges::all_of(labels, isAddressLabel)) {
        return refused(AddressEntryText::tr(
            "The name of a tag or a list has 1 to 32 letters of A–Z, digits and the signs . _ -."));
    }
    if (labels.size() > maxAddressLabels) {
        return refused(AddressEntryText::tr("An address has at most 16 tags, and is in at most 16 lists."));
    }
    return {};
}

}  // namespace

bool AddressEntry::isInList(std::string_view list) const
{
    return std::ranges::find(lists, list) != lists.end();
}

std::string_view chainKind(std::string_view chain)
{
    return chain.substr(0, chain.find(':'));
}

bool coversChain(std::string_view entryChain, std::string_view chain)
{
    return entryChain == chain || (entryChain == chainKind(entryChain) && entryChain == chainKind(chain));
}

std::string joinedLabels(const std::vector<std::string>& labels)
{
    std::string text;
    for (const std::string& label : labels) {
        text += text.empty() ? "" : ";";
        text += label;
    }
    return text;
}

std::vector<std::string> splitLabels(std::string_view text)
{
    constexpr char divider = ';';
    std::vector<std::string> labels;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find(divider), text.size());
        labels.emplace_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return labels;
}

bool isAddressLabel(std::string_view label)
{
    constexpr std::string_view signs = "._-";
    return !label.empty() && label.size() <= maxAddressLabelCharacters &&
           std::ranges::all_of(label, [signs](char c) {
               return ascii::isAlphanumeric(c) || signs.find(c) != std::string_view::npos;
           });
}

Result<AddressEntry> checkedEntry(AddressEntry entry)
{
    if (!isBookChain(entry.chain)) {
        return refused(AddressEntryText::tr(
            "A chain is named like eip155:1 or solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp (CAIP-2), or eip155 "
            "or solana for every chain of that kind."));
    }
    const std::string_view kind = chainKind(entry.chain) == evmKind ? evmChain : solanaChain;
    ASSIGN_OR_RETURN(auto address, readAddress(kind, entry.address));
    entry.address = std::move(address.text);
    if (!isPlainName(entry.name)) {
        return refused(AddressEntryText::tr(
            "An address's name has 1 to 64 visible characters, without spaces at its ends."));
    }
    RETURN_IF_ERROR(checkLabels(entry.tags));
    RETURN_IF_ERROR(checkLabels(entry.lists));
    if (entry.isInList(allowList) && entry.isInList(blockList)) {
        return refused(AddressEntryText::tr("An address cannot be in the lists allow and block at once."));
    }
    return entry;
}

std::string lookAlikeKey(std::string_view chain, std::string_view address)
{
    const std::string_view kind = chainKind(chain);
    const bool isEvm = kind == evmKind && address.size() > 2;
    const std::string_view digits = isEvm ? address.substr(2) : address;
    std::string ends(digits.substr(0, lookedAt));
    ends += digits.substr(digits.size() - std::min(lookedAt, digits.size()));
    if (isEvm) {
        std::ranges::transform(ends, ends.begin(), ascii::lower);
    }
    return std::string(kind) + ':' + ends;
}

}  // namespace countersign
