#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/rules/AuthorityRules.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"
#include "core/meaning/solana/rules/TokenRules.h"

// Programs themselves, and tables of addresses.

namespace countersign::meaning {

namespace {

/// SIMD-0430: the buffer may stay, with its SOL.
bool keepsBuffer(const InstructionReading& reading)
{
    const solana::FieldValue* closes = reading.instruction().field("closeBuffer");
    return closes != nullptr && *closes == solana::FieldValue(false);
}

void explainWrite(InstructionReading& reading)
{
    const char* role = reading.hasRole("buffer") ? "buffer" : "program";
    reading.givePower({}, "Code is written to " + reading.who(role));
    reading.intend("Write code to " + reading.brief(role));
}

/// Without an authority nobody may, for ever.
std::string nameOrNobody(const InstructionReading& reading, const char* role)
{
    return reading.hasRole(role) ? reading.who(role) : "Nobody, for ever,";
}

void explainBuffer(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    const auto buffer = reading.account("buffer");
    reading.givePower(authority, nameOrNobody(reading, "authority") + " may write to the new buffer " +
                                     reading.who("buffer") + ", close it and take its SOL");
    if (buffer && reading.scene().isFunded(*buffer) && !reading.scene().isWallet(authority)) {
        programAuthority(reading,
                         "The buffer " + reading.who("buffer") + " is paid for here, and " +
                             nameOrNobody(reading, "authority") + " may close it and take its SOL.",
                         authority);
    }
    reading.intend("Set up buffer " + reading.brief("buffer"));
}

/// The program's data is paid for by payer, who first gets what the buffer holds (the loader's
/// DeployWithMaxDataLen); loader 4 takes what is missing out of the source.
void tellDeploymentCost(InstructionReading& reading)
{
    if (reading.hasRole("payer")) {
        reading.cost("Rent for " + std::to_string(reading.number("maxDataLen")) + " bytes of program " +
                     reading.who("program") + ", from " + reading.who("payer"));
        if (keepsBuffer(reading)) {
            return;
        }
        reading.moveUnknownSol(
            reading.account("buffer"), reading.account("payer"),
            "All SOL of buffer " + reading.who("buffer") + " goes to " + reading.who("payer"));
    } else if (reading.hasRole("source")) {
        reading.moveUnknownSol(reading.account("source"), reading.account("program"),
                               "SOL of program " + reading.who("source") + " goes to " +
                                   reading.who("program") + ", as far as its rent asks for it");
    }
}

void explainDeployment(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    reading.givePower(authority, "Program " + reading.who("program") + " begins, and " +
                                     reading.scene().named(authority) + " may change it");
    const char* from = reading.hasRole("buffer") ? "buffer" : "source";
    tellDeploymentCost(reading);
    programUpgrade(reading,
                   "Program " + reading.who("program") +
                       (reading.hasRole(from) ? " gets its code from " + reading.who(from)
                                              : std::string(" runs the code that was written to it")) +
                       ".",
                   reading.account("program"));
    reading.intend("Deploy program " + reading.brief("program"));
}

void explainUpgrade(InstructionReading& reading)
{
    reading.givePower(reading.account("program"), "Program " + reading.who("program") +
                                                      " gets the code in buffer " + reading.who("buffer"));
    reading.moveUnknownSol(
        reading.account(keepsBuffer(reading) ? "programData" : "buffer"), reading.account("spill"),
        (keepsBuffer(reading) ? std::string() : "SOL of buffer " + reading.who("buffer") + " and ") +
            "what program data " + reading.who("programData") + " holds beyond its rent goes to " +
            reading.who("spill"));
    checkSolRecipient(reading, reading.account("buffer"), reading.account("spill"));
    openAmount(reading, reading.account("spill"));
    programUpgrade(reading,
                   "Program " + reading.who("program") + " will run the code in buffer " +
                       reading.who("buffer") + ", whatever that is.",
                   reading.account("program"));
    reading.intend("Upgrade program " + reading.brief("program") + " with the code in " +
                   reading.brief("buffer"));
}

void explainProgramAuthority(InstructionReading& reading)
{
    const auto authority = reading.account("newAuthority");
    const char* role = reading.hasRole("account") ? "account" : "program";
    const std::string who = nameOrNobody(reading, "newAuthority");
    reading.givePower(authority, who + " may change program or buffer " + reading.who(role));
    programAuthority(reading, who + " may change " + reading.who(role) + " from now on.", authority);
    reading.intend("Let " + (reading.hasRole("newAuthority") ? briefAddress(authority) : "nobody") +
                   " change program or buffer " + reading.brief(role));
}

void explainProgramClosing(InstructionReading& reading)
{
    const auto recipient = reading.account("recipient");
    reading.moveUnknownSol(reading.account("account"), recipient,
                           "All SOL in " + reading.who("account") + ", which is closed, goes to " +
                               reading.scene().named(recipient));
    checkSolRecipient(reading, reading.account("account"), recipient);
    programClosed(reading,
                  reading.who("account") +
                      " is closed; a program whose code it is ends with it. Its "
                      "SOL goes to " +
                      reading.scene().named(recipient) + ".",
                  recipient);
    reading.intend("Close program data or buffer " + reading.brief("account"));
}

void explainExtension(InstructionReading& reading)
{
    reading.cost("Rent for " + std::to_string(reading.number("additionalBytes")) + " more bytes of program " +
                 reading.who("program") +
                 (reading.hasRole("payer") ? ", from " + reading.who("payer") : std::string()));
    reading.intend("Make space for program " + reading.brief("program"));
}

void explainNewTable(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    reading.givePower(authority, reading.scene().named(authority) + " may change lookup table " +
                                     reading.who("lookupTable"));
    reading.cost("Rent of lookup table " + reading.who("lookupTable") + ", from " + reading.who("payer"));
    newLookupTable(reading);
    reading.intend("Create lookup table " + reading.brief("lookupTable"));
}

void explainTableExtension(InstructionReading& reading)
{
    reading.givePower({}, "Lookup table " + reading.who("lookupTable") + " gets further addresses");
    if (reading.hasRole("payer")) {
        reading.cost("Rent for them, from " + reading.who("payer"));
    }
    lookupTableChange(reading, "Lookup table " + reading.who("lookupTable") +
                                   " gets further addresses, which other transactions will name by number.");
    reading.intend("Add addresses to lookup table " + reading.brief("lookupTable"));
}

void explainTableEnd(InstructionReading& reading)
{
    const std::string& name = reading.instruction().name;
    const std::string table = reading.who("lookupTable");
    const std::string what = name == "freezeLookupTable"       ? " can never be changed again"
                             : name == "deactivateLookupTable" ? " can soon no longer be used"
                                                               : " is closed";
    reading.givePower({}, "Lookup table " + table + what);
    if (const auto recipient = reading.account("recipient")) {
        reading.moveUnknownSol(reading.account("lookupTable"), recipient,
                               "Its SOL goes to " + reading.scene().named(recipient));
        checkSolRecipient(reading, reading.account("lookupTable"), recipient);
    }
    lookupTableChange(reading, "Lookup table " + table + what + ".");
    reading.intend((name == "freezeLookupTable"       ? "Freeze lookup table "
                    : name == "deactivateLookupTable" ? "Deactivate lookup table "
                                                      : "Close lookup table ") +
                   reading.brief("lookupTable"));
}

constexpr InstructionKnowledge ofLoader[] = {
    {"initializeBuffer", explainBuffer},
    {"write", explainWrite},
    {"deployWithMaxDataLen", explainDeployment},
    {"upgrade", explainUpgrade},
    {"setAuthority", explainProgramAuthority},
    {"setAuthorityChecked", explainProgramAuthority},
    {"close", explainProgramClosing},
    {"extendProgram", explainExtension},
};

/// The rest of this loader was never used on mainnet: its effects are not written down here.
constexpr InstructionKnowledge ofLoaderV4[] = {
    {"write", explainWrite},
    {"deploy", explainDeployment},
    {"transferAuthority", explainProgramAuthority},
};

constexpr InstructionKnowledge ofLookupTable[] = {
    {"createLookupTable", explainNewTable}, {"extendLookupTable", explainTableExtension},
    {"freezeLookupTable", explainTableEnd}, {"deactivateLookupTable", explainTableEnd},
    {"closeLookupTable", explainTableEnd},
};

}  // namespace

std::span<const InstructionKnowledge> loaderKnowledge()
{
    return ofLoader;
}

std::span<const InstructionKnowledge> loaderV4Knowledge()
{
    return ofLoaderV4;
}

std::span<const InstructionKnowledge> lookupTableKnowledge()
{
    return ofLookupTable;
}

}  // namespace countersign::meaning
