#!/usr/bin/env python3
"""Kills, stops for a second, or stops for good each kind of party at each event of a short backup, and
holds the journals against what VSS promises those that are left.

kill_matrix.py VSSLAB WRITER REQUESTER PROVIDER KILL|STOP|STAY"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

VSSLAB, WRITER, REQUESTER, PROVIDER, SIGNAL = sys.argv[1:]
LANES = "16" if SIGNAL == "STAY" else "6"  # those mostly wait
SENT = "KILL" if SIGNAL == "KILL" else "STOP"
EVENT = re.compile(r'#(\d+) ([\d.]+) s(\d+) (\w+):(\S+) (\S+) (enter|leave|-)(.*)')
PHASES = {'enter': 'enter', 'leave': 'leave', '-': 'instant'}
# Steps that are not the backup's: what the lab does around it.
AROUND = {'ScenarioStart', 'ScenarioEnd', 'Volume', 'PartyConnected', 'PartyDisconnected', 'ProcessExit',
          'ComSecurity', 'Write', 'OnUnload'}
VICTIMS = {'orders': 'writer', 'backup': 'requester', 'copier': 'provider'}


def scenario(victim='', signal=''):
    def party(kind, name, program, arguments=''):
        return (f'<{kind} name="{name}" exec="{program}" arguments="{arguments}">'
                f'{signal if victim == name else ""}</{kind}>')
    # Another backup shows that the service is free again.
    second = ('<Requester name="second" startDelay="4s"><Backup type="FULL" volumes="D:\\"/></Requester>'
              if victim == 'backup' and SIGNAL == 'KILL' else '')
    # Nobody but the lab can end a requester that stands still: its run has a budget.
    budget = '15s' if victim == 'backup' and SIGNAL == 'STAY' else '90s'  # Freeze alone has 60
    return f'''<?xml version="1.0" encoding="UTF-8"?>
<!-- {SIGNAL} {victim} -->
<Scenario format="1" clock="real" responseLimit="5s" budget="{budget}">
    <Volumes>
        <Volume root="C:\\"><File path="C:\\data\\orders.db" content="orders"/></Volume>
        <Volume root="D:\\"/>
    </Volumes>
    <Writers>
        {party('Writer', 'orders', WRITER)}
        <Writer name="neighbour">
            <TestWriter usage="USER_DATA">
                <RestoreMethod method="RESTORE_IF_CAN_BE_REPLACED" writerRestore="always"
                               rebootRequired="no"/>
                <Component componentType="database" componentName="Data">
                    <ComponentFile path="C:\\data" filespec="*.db" recursive="no"/>
                </Component>
            </TestWriter>
        </Writer>
    </Writers>
    <Providers>
        {party('Provider', 'copier', PROVIDER)}
        <Provider name="system" volumes="D:\\"/>
    </Providers>
    <Requesters>{party('Requester', 'backup', REQUESTER, 'C:&#92;')}{second}</Requesters>
</Scenario>
'''


class Event:
    def __init__(self, match):
        (self.seq, self.time, self.session, self.kind, self.actor, self.name, self.phase,
         rest) = match.groups()
        self.seq, self.time, self.session = int(self.seq), float(self.time), int(self.session)
        self.args = dict(re.findall(r'(\w+)=(\S+)', rest))
        cause = re.search(r'\^(\d+)', rest)
        self.cause = int(cause.group(1)) if cause else 0


def read(path):
    header, events = {}, []
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            if line.startswith('! '):
                key, _, value = line[2:].strip().partition('=')
                header[key] = value
            elif match := EVENT.match(line):
                events.append(Event(match))
            elif line.startswith('document '):
                break
    return header, events


def run(folder, out):
    command = [VSSLAB, 'run', folder, '--out', out, '-j', LANES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1100)
    return done.returncode, done.stdout + done.stderr


def first(events, **wanted):
    for event in events:
        if all(getattr(event, key) == value for key, value in wanted.items()):
            return event
    return None


def problems(header, events, victim):
    """What a journal shows that VSS does not promise."""
    if SIGNAL == 'STAY':
        return stands_still(header, events, victim)
    if header.get('ended') != 'quiet':
        return [f'it did not come to its end: {header.get("ended")}']
    found = []
    if SIGNAL == 'STOP':
        if first(events, name='ProgramResumed') is None:
            return ['the program was not stopped and resumed']
        return found if finished(events, 'backup') else ['the backup did not end well']
    killed = first(events, name='ProgramKilled')
    if killed is None:
        return ['the program was not killed']
    lost = first(events, name='PartyDisconnected')
    dead = {victim}
    if lost is None or lost.args.get('party') != victim and lost.seq < killed.seq:
        found.append('nobody noticed')
    found += left_open(events, dead, shutdown=True)
    # Every call of the living returns, and nothing is sent to the dead.
    left = {event.cause for event in events if event.phase == 'leave'}
    gone = first(events, name='ProcessExit', actor=victim)
    for event in events:
        if event.phase == 'enter' and event.actor not in dead and event.seq not in left:
            found.append(f'#{event.seq} {event.actor} {event.name} never returned')
        if gone and event.phase == 'enter' and event.actor == victim and event.seq > gone.seq \
                and event.kind == 'writer':
            found.append(f'#{event.seq} {event.name} was sent to a dead writer')
    if victim == 'orders':
        found += writer_killed(events, killed)
    elif victim == 'backup':
        found += requester_killed(events, killed)
    else:
        found += provider_killed(events, killed)
    return found


def left_open(events, dead, shutdown):
    """Who is left gets an end for each beginning."""
    found = []
    for writer in ('orders', 'neighbour'):
        if writer in dead:
            continue
        own = [event for event in events if event.actor == writer and event.phase == 'enter']
        for session in sorted({event.session for event in own if event.session}):
            here = [event for event in own if event.session == session]
            names = [event.name for event in here]
            if 'Freeze' in names and not {'Thaw', 'Abort'} & set(names[names.index('Freeze'):]):
                found.append(f'{writer} froze in session {session} and got neither Thaw nor Abort')
            if shutdown and 'PrepareForBackup' in names and 'BackupShutdown' not in names:
                found.append(f'{writer} got no BackupShutdown in session {session}')
    return found


def stands_still(header, events, victim):
    """VSS goes on without who stands still for good."""
    stopped = first(events, name='ProgramStopped')
    if stopped is None:
        return ['the program was not stopped']
    waits = victim == 'backup'  # for ever: no document says that VSS gives a requester up
    if victim == 'orders':
        # The requester aborts a backup whose writer may do better next time, and tries again after
        # ten minutes: longer than anybody waits here.
        before = [event for event in events if event.actor == 'backup' and event.kind == 'requester'
                  and event.name != 'Release']
        waits = before[-1].name == 'AbortBackup' and before[-1].phase == 'leave'
    if header.get('ended') != 'quiet' and not waits:
        return [f'it did not come to its end: {header.get("ended")}']
    found = left_open(events, {victim}, shutdown=not waits)
    left = {event.cause for event in events if event.phase == 'leave'}
    last = max(event.time for event in events)
    for event in events:
        if event.phase != 'enter' or event.actor == victim or event.seq in left:
            continue
        # What the requester waits for is its own; what began a moment before the end may be cut.
        if not waits or last - event.time > 8:
            found.append(f'#{event.seq} {event.actor} {event.name} never returned')
    if victim == 'orders':
        open_at_stop = [event for event in events if event.actor == 'orders' and event.phase == 'enter'
                        and event.kind == 'writer' and event.session and event.seq not in left]
        gave_up = [event for event in events if event.name == 'WriterState'
                   and event.args.get('writer') == 'orders'
                   and event.args.get('code') in ('VSS_E_WRITER_NOT_RESPONDING', 'VSS_E_WRITERERROR_TIMEOUT')]
        wanted = [event for event in open_at_stop if event.name not in ('Identify', 'BackupShutdown', 'Abort')]
        if wanted and not gave_up:
            found.append(f'VSS did not give it up in {wanted[0].name}')
    if victim == 'copier':
        begin = first(events, actor='copier', name='BeginPrepareSnapshot', phase='enter')
        done = first(events, actor='copier', name='PostFinalCommitSnapshots', phase='leave')
        if begin and not done and finished(events, 'backup'):
            found.append('the backup ended well without its provider')
    if not waits and not first(events, actor='backup', name='Release', phase='leave'):
        found.append('the requester did not come to its end')
    return found


def finished(events, requester):
    done = [event for event in events if event.actor == requester and event.name == 'QueryStatus'
            and event.args.get('op') == 'BackupComplete' and event.args.get('status') == 'VSS_S_ASYNC_FINISHED']
    return bool(done)


def writer_killed(events, killed):
    began = first(events, actor='orders', name='PrepareForBackup', phase='enter')
    ended = first(events, actor='orders', name='BackupShutdown', phase='enter')
    found = []
    if began and began.seq < killed.seq and not (ended and ended.seq <= killed.seq):
        state = [event for event in events if event.name == 'WriterState' and event.args.get('writer') == 'orders'
                 and event.args.get('code') == 'VSS_E_WRITER_NOT_RESPONDING']
        if not state:
            found.append('its state never became VSS_E_WRITER_NOT_RESPONDING')
    if not first(events, actor='backup', name='Release', phase='leave'):
        found.append('the requester did not come to its end')
    return found


def requester_killed(events, killed):
    found = []
    if not first(events, name='ProcessExit', actor='backup') and \
            not first(events, actor='backup', name='Release', phase='leave'):
        found.append('its session did not end')
    if not first(events, actor='second', name='BackupComplete', phase='leave'):
        found.append('the next backup did not come to BackupComplete')
    return found


def provider_killed(events, killed):
    begin = first(events, actor='copier', name='BeginPrepareSnapshot', phase='enter')
    done = first(events, actor='copier', name='PostFinalCommitSnapshots', phase='leave')
    found = []
    if begin and begin.seq <= killed.seq and not (done and done.seq <= killed.seq) and \
            finished(events, 'backup'):
        found.append('the backup ended well without its provider')
    if not first(events, actor='backup', name='Release', phase='leave'):
        found.append('the requester did not come to its end')
    return found


def blamed(result, victim):
    """Rules that somebody else is said to have broken."""
    return [f'{each["ruleId"]} {each["message"]}' for each in result['results']
            if each['verdict'] == 'fail' and each['subject'] != victim]


def main():
    work = tempfile.mkdtemp()
    os.mkdir(f'{work}/reference')
    with open(f'{work}/reference/reference.xml', 'w', encoding='utf-8') as file:
        file.write(scenario())
    code, text = run(f'{work}/reference', f'{work}/out-reference')
    journals = os.listdir(f'{work}/out-reference/journals') if code in (0, 1) else []
    if len(journals) != 1:
        sys.exit(f'the backup to be disturbed does not run: {code}\n{text}')
    _, events = read(f'{work}/out-reference/journals/{journals[0]}')
    if not finished(events, 'backup'):
        sys.exit(f'the backup to be disturbed does not end well\n{text}')
    points, seen = [], {}
    last = max(event.seq for event in events if event.actor == 'backup' and event.session)
    for event in events:
        if event.name in AROUND or event.actor == 'neighbour' or event.seq > last or not event.session:
            continue
        key = (event.actor, event.name, event.phase)
        seen[key] = seen.get(key, 0) + 1
        if SENT == 'STOP' and event.phase != 'enter':
            continue
        points.append((*key, seen[key]))
    os.mkdir(f'{work}/matrix')
    cells = {}
    for victim, kind in VICTIMS.items():
        for number, (actor, name, phase, nth) in enumerate(points):
            resume = ' resumeAfter="1s"' if SIGNAL == 'STOP' else ''
            signal = (f'<Signal send="{SENT}" at="{name}" of="{actor}" phase="{PHASES[phase]}" '
                      f'nth="{nth}"{resume}/>')
            cell = f'{victim}-{number:03}'
            cells[cell] = (victim, f'{SIGNAL} {kind} at {actor} {name} {phase} ({nth})')
            with open(f'{work}/matrix/{cell}.xml', 'w', encoding='utf-8') as file:
                file.write(scenario(victim, signal))
    code, text = run(f'{work}/matrix', f'{work}/out')
    with open(f'{work}/out/result.json', encoding='utf-8') as file:
        results = {each['name']: each for each in json.load(file)['scenarios']}
    bad = 0
    if code not in (0, 1, 3):
        print(f'the toolkit ended with {code}\n{text[-3000:]}')
        bad += 1
    for cell, (victim, words) in cells.items():
        path = f'{work}/out/journals/{cell}-42.journal'
        what = problems(*read(path), victim) if os.path.exists(path) else ['there is no journal']
        what += blamed(results[cell], victim) if cell in results else ['there is no result']
        for problem in what:
            bad += 1
            print(f'{cell} {words}: {problem}')
    print(f'{len(cells)} runs, {bad} problems' + (f', in {shlex.quote(work)}' if bad else ''))
    if not bad:
        subprocess.run(['rm', '-rf', work], check=True)
    sys.exit(1 if bad else 0)


main()
