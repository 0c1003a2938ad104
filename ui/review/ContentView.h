#pragma once

#include "ui/review/CompareField.h"
#include "ui/review/ReviewContent.h"
#include "ui/widgets/FactGrid.h"

#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTreeWidget>

namespace countersign {

/// The three views of what is signed: decoded, raw, and every hash with a field to compare one from
/// elsewhere.
class ContentView : public QTabWidget
{
    Q_OBJECT

public:
    explicit ContentView(QWidget* parent = nullptr);
    void show(const ReviewContent& content);
    CompareField* compare() const { return m_compare; }
    QTreeWidget* tree() const { return m_tree; }
    QString text() const { return m_text->toPlainText(); }
    QString raw() const { return m_raw->toPlainText(); }

    enum Tab { Decoded, Raw, Hashes };

private:
    QWidget* buildDecoded();
    QWidget* buildHashes();
    void showFields(const QList<ContentField>& fields);

    FactGrid* m_fields;
    QPlainTextEdit* m_text;
    QTreeWidget* m_tree;
    QPlainTextEdit* m_raw;
    FactGrid* m_hashes;
    CompareField* m_compare;
};

}  // namespace countersign
