#include "ui/text/AddressBookText.h"

#include "ui/text/AddressText.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace countersign {

namespace {

struct AddressBookWords
{
    Q_DECLARE_TR_FUNCTIONS(AddressBookWords)
};

}  // namespace

QString bookChainText(std::string_view chain)
{
    if (chain == "eip155") {
        return AddressBookWords::tr("every EVM chain");
    }
    if (chain == "solana") {
        return AddressBookWords::tr("every Solana network");
    }
    constexpr std::string_view solanaBegin = "solana:";
    return chain.starts_with(solanaBegin)
               ? QStringLiteral("solana:") + elidedId(visibleText(chain.substr(solanaBegin.size())))
               : visibleText(chain);
}

QString labelsText(const std::vector<std::string>& labels)
{
    QStringList words;
    for (const std::string& label : labels) {
        words << visibleText(label);
    }
    return words.join(QStringLiteral(", "));
}

StateText listsText(const std::vector<std::string>& lists)
{
    const auto isIn = [&lists](std::string_view list) {
        return std::ranges::find(lists, list) != lists.end();
    };
    std::vector<std::string> sorted;
    for (const bool isKnown : {true, false}) {
        std::ranges::copy_if(lists, std::back_inserter(sorted), [isKnown](const std::string& list) {
            return (list == blockList || list == allowList) == isKnown;
        });
    }
    StateText text{labelsText(sorted), {}, Tone::Neutral, {}, {}};
    if (isIn(blockList)) {
        text.icon = QStringLiteral("refused");
        text.tone = Tone::Bad;
        text.meaning = AddressBookWords::tr(
            "In the list block: nothing should go there. Policies and reviews ask for this list.");
    } else if (isIn(allowList)) {
        text.icon = QStringLiteral("check");
        text.tone = Tone::Good;
        text.meaning = AddressBookWords::tr(
            "In the list allow: known to be right. Policies and reviews ask for this list.");
    }
    return text;
}

}  // namespace countersign
