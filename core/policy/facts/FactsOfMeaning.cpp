#include "core/policy/facts/FactsOfMeaning.h"

#include <algorithm>

namespace countersign {

namespace {

using meaning::Act;
using meaning::Effect;
using meaning::IntentKind;

template <typename T>
void addOnce(std::vector<T>& list, T item)
{
    if (std::ranges::find(list, item) == list.end()) {
        list.push_back(std::move(item));
    }
}

void addAct(const Act& act, PolicyFacts& facts)
{
    if (act.kind) {
        addOnce(facts.intents, *act.kind);
    }
    if (!act.contract.empty()) {
        addOnce(facts.calls, PolicyCall{act.contract, act.selector, act.function});
    }
    if (!act.program.empty()) {
        addOnce(facts.programs, act.program);
    }
    facts.mayCallMore = facts.mayCallMore || act.mayHoldMore;
}

/// What is taken back gives nobody anything.
bool givesSomething(const Effect& effect)
{
    return effect.direction == Effect::Direction::Out ||
           (effect.direction == Effect::Direction::Power && effect.amount != Uint256(0));
}

void addRecipient(const std::string& address, const AddressLists& lists, PolicyFacts& facts)
{
    if (std::ranges::find(facts.recipients, address, &PolicyRecipient::address) == facts.recipients.end()) {
        facts.recipients.push_back({address, lists(address)});
    }
}

void addEffect(const Effect& effect, const AddressLists& lists, PolicyFacts& facts)
{
    if (!givesSomething(effect)) {
        return;
    }
    const bool leaves = effect.direction == Effect::Direction::Out;
    if (effect.account) {
        addRecipient(*effect.account, lists, facts);
    } else {
        facts.mayReachOthers = true;
    }
    if (leaves || effect.asset) {
        facts.assets.push_back({effect.asset, effect.amount, leaves});
    }
}

}  // namespace

PolicyFacts factsOfMeaning(const meaning::Meaning& meaning, const AddressLists& lists)
{
    PolicyFacts facts;
    facts.isUnderstood = meaning.understood;
    for (const Act& act : meaning.acts) {
        addAct(act, facts);
    }
    if (!meaning.understood) {
        addOnce(facts.intents, IntentKind::Unknown);
    } else if (facts.intents.empty()) {
        facts.intents.push_back(IntentKind::Call);
    }
    for (const Effect& effect : meaning.effects) {
        addEffect(effect, lists, facts);
    }
    for (const meaning::Finding& finding : meaning.findings) {
        facts.findings.push_back({finding.id, finding.severity, false});
    }
    return facts;
}

}  // namespace countersign
