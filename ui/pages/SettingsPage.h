#pragma once

#include "ui/session/ProfileReader.h"
#include "ui/settings/EngineGroup.h"
#include "ui/settings/RpcGroup.h"
#include "ui/settings/ServiceGroups.h"
#include "ui/settings/SubmittersGroup.h"
#include "ui/settings/TamperedSettingsPanel.h"
#include "ui/widgets/EmptyState.h"

#include <QLineEdit>

namespace countersign {

/// Every setting of the profile in groups, found by one search. Each is written as soon as it is saved; there
/// is no Apply for the whole page.
class SettingsPage : public QWidget
{
    Q_OBJECT

public:
    SettingsPage(ProfileReader& reader, SettingsControl& control, QWidget* parent = nullptr);

    void start();
    void refresh();
    bool isSettled() const { return !m_loading; }
    QLineEdit* searchField() const { return m_search; }
    EngineGroup* engine() const { return m_engine; }
    DynamicGroup* dynamic() const { return m_dynamic; }
    RpcGroup* rpc() const { return m_rpc; }
    SubmittersGroup* submitters() const { return m_submitters; }
    TamperedSettingsPanel* doubts() const { return m_doubts; }
    void focusSearch();

private:
    void search();
    void updateLocked();

    ProfileReader& m_reader;
    SettingsControl& m_control;
    QLineEdit* m_search;
    QLabel* m_locked;
    QLabel* m_problem;
    QLabel* m_none;
    TamperedSettingsPanel* m_doubts;
    EngineGroup* m_engine;
    DynamicGroup* m_dynamic;
    RpcGroup* m_rpc;
    RelayGroup* m_relay;
    SubmittersGroup* m_submitters;
    QList<SettingsGroup*> m_groups;
    bool m_started = false;
    bool m_loading = false;
};

}  // namespace countersign
