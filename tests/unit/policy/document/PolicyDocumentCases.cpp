#include "tests/unit/policy/document/PolicyDocumentCases.h"

#include "tests/unit/policy/PolicySamples.h"

namespace countersign {

namespace {

std::string document(const std::string& rules)
{
    return R"({"version":1,"name":"test","rules":[)" + rules + "]}";
}

std::string ofCondition(const std::string& when)
{
    return document(ruleText("a", "{" + when + "}", oneApproval));
}

std::string ofOutcome(const std::string& then)
{
    return document(ruleText("a", "{}", then));
}

std::string withName(const std::string& name)
{
    return R"({"version":1,"name":)" + name + R"(,"rules":[]})";
}

std::string withExpiry(const std::string& expiry)
{
    return R"({"version":1,"name":"a","rules":[],"approvalsExpire":)" + expiry + "}";
}

std::string withChanges(const std::string& changes)
{
    return R"({"version":1,"name":"a","rules":[],"changes":)" + changes + "}";
}

std::string timeCase(const std::string& members)
{
    return ofCondition(R"("time":{"zone":"UTC",)" + members + "}");
}

}  // namespace

std::string designExample()
{
    return R"({"version": 1, "name": "treasury", "rules": [
  {"id": "no-unlimited", "when": {"findings": ["evm.approval.unlimited"]}, "then": {"block": "No unlimited approvals."}},
  {"id": "payout", "when": {"chains": ["eip155:1"], "intents": ["transfer"],
            "assets": ["eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"], "recipients": ["list:suppliers"],
            "amount": {"max": "250000000"}, "perPeriod": {"hours": 24, "max": "1000000000"}}, "then": {"approvals": 1}},
  {"id": "rest", "when": {}, "then": {"approvals": 2, "reauthenticate": true, "typedWord": true}}]})";
}

std::vector<PolicyCase> goodPolicies()
{
    return {
        {"example", designExample()},
        {"no rules", document("")},
        {"expiry", withExpiry(R"({"hours":24})")},
        {"own change", withChanges(R"({"approvals":2})")},
        {"own change by some", withChanges(R"({"approvals":1,"from":["treasury","Anna"]})")},
        {"longest expiry", withExpiry(R"({"hours":8784})")},
        {"wallets",
         ofCondition(R"("wallets":["a1b2","0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","tag:hot"])")},
        {"chains", ofCondition(R"("chains":["eip155:1","solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"])")},
        {"kinds", ofCondition(R"("kinds":["evm.message","evm.typedData","evm.transaction","solana.message",
                                 "solana.transaction"])")},
        {"origins", ofCondition(R"("origins":["relay","composed","file"])")},
        {"submitters", ofCondition(R"("submitters":["payroll","Ünal & Söhne"])")},
        {"intents", ofCondition(R"("intents":["transfer","approve","revoke-approval","swap","call","permit",
                                   "message","sign-in","create","delegate-code","nonce","authority","unknown"])")},
        {"understood", ofCondition(R"("understood":false)")},
        {"contracts", ofCondition(R"("contracts":["0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"])")},
        {"functions",
         ofCondition(R"j("functions":["transfer(address,uint256)","f((address,bytes)[])","0x12345678"])j")},
        {"programs", ofCondition(R"("programs":["TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"])")},
        {"recipients",
         ofCondition(R"("recipients":["list:suppliers","0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                                      "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"])")},
        {"notRecipients", ofCondition(R"("notRecipients":["list:block"])")},
        {"assets",
         ofCondition(
             R"("assets":["eip155:1/slip44:60","eip155:1/erc721:0xBC4CA0EdA7647A8aB7C2061c2E118A18a936f13D",
             "eip155:1/erc721:0xBC4CA0EdA7647A8aB7C2061c2E118A18a936f13D/7","solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/slip44:501",
             "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"])")},
        {"least amount", ofCondition(R"("amount":{"min":"0"})")},
        {"most amount",
         ofCondition(
             R"("amount":{"max":"115792089237316195423570985008687907853269984665640564039457584007913129639935"})")},
        {"amount in hex", ofCondition(R"("amount":{"min":"0x10","max":"0x10"})")},
        {"perPeriod", ofCondition(R"("perPeriod":{"hours":1,"min":"1","max":"2"})")},
        {"findings", ofCondition(R"("findings":["evm.approval.unlimited","message.signIn.userInfo"])")},
        {"severity", ofCondition(R"("severity":"warning")")},
        {"days", timeCase(R"("days":["mon","sun"])")},
        {"hours", timeCase(R"("from":"22:00","to":"06:00")")},
        {"whole day",
         ofCondition(R"("time":{"zone":"Europe/Zurich","days":["fri"],"from":"00:00","to":"24:00"})")},
        {"outcome",
         ofOutcome(R"({"approvals":32,"reauthenticate":false,"typedWord":true,"from":["anna","board"]})")},
        {"block", ofOutcome(R"({"block":"Nein, danke."})")},
    };
}

std::vector<PolicyCase> badPolicies()
{
    const std::string two = ruleText("a", "{}", oneApproval);
    return {
        {"no object", "[]", "the document"},
        {"no version", R"({"name":"a","rules":[]})", "the document"},
        {"version 2", R"({"version":2,"name":"a","rules":[]})", "version"},
        {"version as text", R"({"version":"1","name":"a","rules":[]})", "version"},
        {"version as fraction", R"({"version":1.5,"name":"a","rules":[]})", "version"},
        {"unknown member", R"({"version":1,"name":"a","rules":[],"comment":"x"})", "comment"},
        {"empty name", withName(R"("")"), "name"},
        {"name null", withName("null"), "name"},
        {"name with a break", withName(R"("a\nb")"), "name", false},
        {"name with a hidden character", withName(R"("a\u202eb")"), "name", false},
        {"own change by nobody", withChanges(R"({"approvals":0})"), "changes.approvals"},
        {"own change by too many", withChanges(R"({"approvals":33})"), "changes.approvals"},
        {"own change without number", withChanges(R"({"from":["a"]})"), "changes"},
        {"own change of an empty list", withChanges(R"({"approvals":1,"from":[]})"), "changes.from"},
        {"own change with a word", withChanges(R"({"approvals":1,"typedWord":true})"), "changes.typedWord"},
        {"own change as a number", withChanges("2"), "changes"},
        {"expiry without hours", withExpiry("{}"), "approvalsExpire"},
        {"expiry of nothing", withExpiry(R"({"hours":0})"), "approvalsExpire.hours"},
        {"expiry too long", withExpiry(R"({"hours":8785})"), "approvalsExpire.hours"},
        {"expiry with minutes", withExpiry(R"({"hours":1,"minutes":1})"), "approvalsExpire.minutes"},
        {"rules no list", R"({"version":1,"name":"a","rules":{}})", "rules"},
        {"rule no object", document("1"), "rules[0]"},
        {"rule without then", document(R"({"id":"a","when":{}})"), "rules[0]"},
        {"rule with a note", document(R"({"id":"a","when":{},"then":{"approvals":1},"note":""})"),
         "rules[0].note"},
        {"id twice", document(two + "," + two), "rules[1].id", false},
        {"id with a blank", document(ruleText("a b", "{}", oneApproval)), "rules[0].id"},
        {"condition misspelt", ofCondition(R"("amout":{"max":"1"})"), "rules[0].when.amout"},
        {"condition null", ofCondition(R"("understood":null)"), "rules[0].when.understood"},
        {"condition of another type", ofCondition(R"("understood":"yes")"), "rules[0].when.understood"},
        {"list empty", ofCondition(R"("chains":[])"), "rules[0].when.chains"},
        {"list as text", ofCondition(R"("chains":"eip155:1")"), "rules[0].when.chains"},
        {"entry no text", ofCondition(R"("chains":[1])"), "rules[0].when.chains[0]"},
        {"entry twice", ofCondition(R"("chains":["eip155:1","eip155:1"])"), "rules[0].when.chains[1]"},
        {"address twice", ofCondition(R"("contracts":["0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
                                     "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"])"),
         "rules[0].when.contracts[1]", false},
        {"function and its selector",
         ofCondition(R"j("functions":["transfer(address,uint256)","0xa9059cbb"])j"),
         "rules[0].when.functions[1]", false},
        {"wallet tag", ofCondition(R"("wallets":["tag:"])"), "rules[0].when.wallets[0]"},
        {"wallet checksum", ofCondition(R"("wallets":["0xF39fd6e51aad88F6F4ce6aB8827279cffFb92266"])"),
         "rules[0].when.wallets[0]", false},
        {"chain without number", ofCondition(R"("chains":["eip155:"])"), "rules[0].when.chains[0]"},
        {"chain with zeros", ofCondition(R"("chains":["eip155:01"])"), "rules[0].when.chains[0]"},
        {"chain of another kind", ofCondition(R"("chains":["bip122:000000000019d6689c085ae165831e93"])"),
         "rules[0].when.chains[0]"},
        {"kind", ofCondition(R"("kinds":["evm.tx"])"), "rules[0].when.kinds[0]"},
        {"origin", ofCondition(R"("origins":["console"])"), "rules[0].when.origins[0]"},
        {"intent", ofCondition(R"("intents":["transfer","send"])"), "rules[0].when.intents[1]"},
        {"contract checksum", ofCondition(R"("contracts":["0xa0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"])"),
         "rules[0].when.contracts[0]", false},
        {"function with names", ofCondition(R"j("functions":["transfer(address to, uint256 amount)"])j"),
         "rules[0].when.functions[0]", false},
        {"function short", ofCondition(R"j("functions":["f(uint)"])j"), "rules[0].when.functions[0]", false},
        {"selector", ofCondition(R"("functions":["0x1234567"])"), "rules[0].when.functions[0]"},
        {"program", ofCondition(R"("programs":["token"])"), "rules[0].when.programs[0]"},
        {"recipient list", ofCondition(R"("recipients":["list:a b"])"), "rules[0].when.recipients[0]"},
        {"recipient", ofCondition(R"("notRecipients":["suppliers"])"), "rules[0].when.notRecipients[0]"},
        {"asset", ofCondition(R"("assets":["USDC"])"), "rules[0].when.assets[0]"},
        {"asset of Solana on an EVM chain", ofCondition(R"("assets":["eip155:1/token:abc"])"),
         "rules[0].when.assets[0]"},
        {"token with a number",
         ofCondition(R"("assets":["eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48/1"])"),
         "rules[0].when.assets[0]"},
        {"amount as number", ofCondition(R"("amount":{"max":250})"), "rules[0].when.amount.max"},
        {"amount with a point", ofCondition(R"("amount":{"max":"2.5"})"), "rules[0].when.amount.max"},
        {"amount negative", ofCondition(R"("amount":{"min":"-1"})"), "rules[0].when.amount.min"},
        {"amount too large",
         ofCondition(
             R"("amount":{"min":"115792089237316195423570985008687907853269984665640564039457584007913129639936"})"),
         "rules[0].when.amount.min", false},
        {"amount without bounds", ofCondition(R"("amount":{})"), "rules[0].when.amount"},
        {"bounds the wrong way round", ofCondition(R"("amount":{"min":"2","max":"1"})"),
         "rules[0].when.amount", false},
        {"period without hours", ofCondition(R"("perPeriod":{"max":"1"})"), "rules[0].when.perPeriod"},
        {"period without bounds", ofCondition(R"("perPeriod":{"hours":1})"), "rules[0].when.perPeriod"},
        {"period of fractions", ofCondition(R"("perPeriod":{"hours":1.5,"max":"1"})"),
         "rules[0].when.perPeriod.hours"},
        {"period too long", ofCondition(R"("perPeriod":{"hours":99999999999,"max":"1"})"),
         "rules[0].when.perPeriod.hours"},
        {"finding", ofCondition(R"("findings":["everything"])"), "rules[0].when.findings[0]"},
        {"severity", ofCondition(R"("severity":"high")"), "rules[0].when.severity"},
        {"zone missing", ofCondition(R"("time":{"days":["mon"]})"), "rules[0].when.time"},
        {"zone unknown", ofCondition(R"("time":{"zone":"Europe/Bielefeld","days":["mon"]})"),
         "rules[0].when.time.zone", false},
        {"zone as offset", ofCondition(R"("time":{"zone":"UTC+02:00","days":["mon"]})"),
         "rules[0].when.time.zone"},
        {"no time at all", ofCondition(R"("time":{"zone":"UTC"})"), "rules[0].when.time"},
        {"day", timeCase(R"("days":["monday"])"), "rules[0].when.time.days[0]"},
        {"from without to", timeCase(R"("from":"09:00")"), "rules[0].when.time"},
        {"hour 25", timeCase(R"("from":"09:00","to":"25:00")"), "rules[0].when.time.to"},
        {"minute 60", timeCase(R"("from":"09:60","to":"10:00")"), "rules[0].when.time.from"},
        {"from 24:00", timeCase(R"("from":"24:00","to":"10:00")"), "rules[0].when.time.from"},
        {"no time between", timeCase(R"("from":"09:00","to":"09:00")"), "rules[0].when.time.to", false},
        {"outcome empty", ofOutcome("{}"), "rules[0].then"},
        {"outcome of both", ofOutcome(R"({"block":"No.","approvals":1})"), "rules[0].then"},
        {"block without a sentence", ofOutcome(R"({"block":""})"), "rules[0].then.block"},
        {"no approval", ofOutcome(R"({"approvals":0})"), "rules[0].then.approvals"},
        {"too many approvals", ofOutcome(R"({"approvals":33})"), "rules[0].then.approvals"},
        {"approval as text", ofOutcome(R"({"approvals":"1"})"), "rules[0].then.approvals"},
        {"from nobody", ofOutcome(R"({"approvals":1,"from":[]})"), "rules[0].then.from"},
        {"unknown outcome", ofOutcome(R"({"approvals":1,"delay":5})"), "rules[0].then.delay"},
    };
}

}  // namespace countersign
